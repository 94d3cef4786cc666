namespace AuthzSim.Authentication.Certificates;

/// <summary>What verifying a client's certificates came to: the leaf's common name, or what is wrong.</summary>
public sealed class CertificateVerification
{
    internal CertificateVerification(string? error, Certificate? leaf) => (Error, Leaf) = (error, leaf);

    /// <summary>The server's bare text of what is wrong; null when the leaf leads to a trusted certificate.</summary>
    public string? Error { get; }

    /// <summary>The common name of the verified leaf, possibly empty; null on an error.</summary>
    public string? CommonName => Error is null ? Leaf?.Subject.CommonName : null;

    internal Certificate? Leaf { get; }
}
