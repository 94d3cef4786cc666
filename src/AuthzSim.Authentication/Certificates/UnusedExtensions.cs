namespace AuthzSim.Authentication.Certificates;

/// <summary>
/// Extensions whose contents decide nothing here, but whose malformed contents make the server refuse the certificate.
/// </summary>
internal static class UnusedExtensions
{
    private const string BadAccess = "x509: invalid authority info access";
    private const string BadPoint = "x509: invalid CRL distribution point";

    private static byte Uri => DerTag.Context(6);

    /// <exception cref="CertificateFormatException">The server's parser refuses it.</exception>
    public static void CheckAuthorityInfoAccess(bool isCritical, ReadOnlySpan<byte> value)
    {
        if (isCritical)
        {
            throw new CertificateFormatException("x509: authority info access incorrectly marked critical");
        }

        if (!new DerReader(value).TryRead(DerTag.Sequence, out DerReader list))
        {
            throw new CertificateFormatException(BadAccess);
        }

        while (!list.IsEmpty)
        {
            if (!list.TryRead(DerTag.Sequence, out DerReader access) || !access.TryReadObjectIdentifier(out _)
                || (access.NextIs(Uri) && !access.TryRead(Uri, out ReadOnlySpan<byte> _)))
            {
                throw new CertificateFormatException(BadAccess);
            }
        }
    }

    /// <exception cref="CertificateFormatException">The server's parser refuses it.</exception>
    public static void CheckDistributionPoints(ReadOnlySpan<byte> value)
    {
        if (!new DerReader(value).TryRead(DerTag.Sequence, out DerReader list))
        {
            throw new CertificateFormatException(BadPoint + "s");
        }

        while (!list.IsEmpty)
        {
            if (!list.TryRead(DerTag.Sequence, out DerReader point)
                || !point.TryReadOptional(DerTag.ConstructedContext(0), out var hasName, out var name)
                || (hasName && !name.TryRead(DerTag.ConstructedContext(0), out name)))
            {
                throw new CertificateFormatException(BadPoint);
            }

            while (name.NextIs(Uri))
            {
                if (!name.TryRead(Uri, out ReadOnlySpan<byte> _))
                {
                    throw new CertificateFormatException(BadPoint);
                }
            }
        }
    }
}
