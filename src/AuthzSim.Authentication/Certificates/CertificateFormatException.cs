namespace AuthzSim.Authentication.Certificates;

/// <summary>A certificate or a PEM bundle that the server's own reader refuses; the message is the server's text.</summary>
public sealed class CertificateFormatException : FormatException
{
    /// <summary>An exception without a text.</summary>
    public CertificateFormatException()
    {
    }

    /// <summary>Something is wrong.</summary>
    /// <param name="message">The server's own text.</param>
    public CertificateFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Something is wrong because of something else.</summary>
    /// <param name="message">The server's own text.</param>
    /// <param name="innerException">What was thrown first.</param>
    public CertificateFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
