namespace AuthzSim.Authentication.Tokens;

/// <summary>A file holds no key that can be used. The message is the server's own, and never has a piece of the file.</summary>
public sealed class KeyFormatException : FormatException
{
    /// <summary>Makes one with a message.</summary>
    /// <param name="message">The server's own text.</param>
    public KeyFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one without a message of its own.</summary>
    public KeyFormatException()
    {
    }

    /// <summary>Makes one with a message and a cause.</summary>
    /// <param name="message">The server's own text.</param>
    /// <param name="innerException">The cause.</param>
    public KeyFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
