namespace AuthzSim.Authentication.Certificates;

/// <summary>An algorithm's identifier and its parameters (upstream: <c>crypto/x509/pkix.AlgorithmIdentifier</c>).</summary>
internal static class AlgorithmIdentifier
{
    /// <summary>Splits the content of an AlgorithmIdentifier; absent parameters are empty.</summary>
    /// <exception cref="CertificateFormatException">It is malformed.</exception>
    public static void Read(ReadOnlySpan<byte> identifier, out ReadOnlySpan<byte> oid, out ReadOnlySpan<byte> parameters)
    {
        var reader = new DerReader(identifier);
        parameters = default;
        if (!reader.TryReadObjectIdentifier(out oid))
        {
            throw new CertificateFormatException("x509: malformed OID");
        }

        if (!reader.IsEmpty && !reader.TryReadAny(out _, out parameters, out _))
        {
            throw new CertificateFormatException("x509: malformed parameters");
        }
    }
}
