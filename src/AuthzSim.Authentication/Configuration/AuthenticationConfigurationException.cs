namespace AuthzSim.Authentication.Configuration;

/// <summary>A configuration of authentication that the server would not start with; the message is the server's own.</summary>
public sealed class AuthenticationConfigurationException : Exception
{
    /// <summary>A refusal without a text.</summary>
    public AuthenticationConfigurationException()
        : this("invalid authentication configuration")
    {
    }

    /// <summary>A refusal in the server's words.</summary>
    /// <param name="message">The text.</param>
    public AuthenticationConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal with its cause.</summary>
    /// <param name="message">The text.</param>
    /// <param name="innerException">The cause.</param>
    public AuthenticationConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
