namespace AuthzSim.Authentication.Files;

/// <summary>
/// A credential file that a server would not start with; the text is the server's own and quotes nothing of the file.
/// </summary>
public sealed class CredentialFileException : Exception
{
    /// <summary>An exception without a text.</summary>
    public CredentialFileException()
    {
    }

    /// <summary>An exception with a text.</summary>
    /// <param name="message">The text.</param>
    public CredentialFileException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a text and a cause.</summary>
    /// <param name="message">The text.</param>
    /// <param name="innerException">The cause.</param>
    public CredentialFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
