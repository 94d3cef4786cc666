using System.Collections.Immutable;

namespace AuthzSim.Authentication.Certificates;

/// <summary>The four extensions about policies; policies are named by the hexadecimal of their identifier's octets.</summary>
internal sealed record CertificatePolicies
{
    private const string BadConstraints = "x509: invalid policy constraints extension";

    public static CertificatePolicies None { get; } = new();

    public static string Any { get; } = Convert.ToHexString(ObjectIdentifiers.AnyPolicy);

    public ImmutableArray<string> Policies { get; init; } = [];

    public ImmutableArray<(string Issuer, string Subject)> Mappings { get; init; } = [];

    public long? RequireExplicitPolicy { get; init; }

    public long? InhibitPolicyMapping { get; init; }

    public long? InhibitAnyPolicy { get; init; }

    /// <summary>Takes in the extension 2.5.29.<paramref name="kind"/>.</summary>
    /// <exception cref="CertificateFormatException">The server's parser refuses it.</exception>
    public CertificatePolicies With(byte kind, ReadOnlySpan<byte> value) => kind switch
    {
        32 => this with { Policies = ReadPolicies(value) },
        33 => this with { Mappings = ReadMappings(value) },
        36 => WithConstraints(value),
        _ => this with { InhibitAnyPolicy = ReadInhibitAny(value) },
    };

    private static ImmutableArray<string> ReadPolicies(ReadOnlySpan<byte> value)
    {
        const string Error = "x509: invalid certificate policies";
        if (!new DerReader(value).TryRead(DerTag.Sequence, out DerReader list))
        {
            throw new CertificateFormatException(Error);
        }

        var policies = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!list.IsEmpty)
        {
            if (!list.TryRead(DerTag.Sequence, out DerReader policy)
                || !policy.TryRead(DerTag.ObjectIdentifier, out ReadOnlySpan<byte> oid)
                || !ObjectIdentifiers.IsValidOfAnySize(oid) || !seen.Add(Convert.ToHexString(oid)))
            {
                throw new CertificateFormatException(Error);
            }

            policies.Add(Convert.ToHexString(oid));
        }

        return policies.ToImmutable();
    }

    private static ImmutableArray<(string Issuer, string Subject)> ReadMappings(ReadOnlySpan<byte> value)
    {
        const string Error = "x509: invalid policy mappings extension";
        if (!new DerReader(value).TryRead(DerTag.Sequence, out DerReader list))
        {
            throw new CertificateFormatException(Error);
        }

        var mappings = ImmutableArray.CreateBuilder<(string Issuer, string Subject)>();
        while (!list.IsEmpty)
        {
            if (!list.TryRead(DerTag.Sequence, out DerReader mapping)
                || !mapping.TryRead(DerTag.ObjectIdentifier, out ReadOnlySpan<byte> issuer)
                || !mapping.TryRead(DerTag.ObjectIdentifier, out ReadOnlySpan<byte> subject))
            {
                throw new CertificateFormatException(Error);
            }

            mappings.Add((Convert.ToHexString(issuer), Convert.ToHexString(subject)));
        }

        return mappings.ToImmutable();
    }

    private static long ReadInhibitAny(ReadOnlySpan<byte> value)
    {
        var reader = new DerReader(value);
        return reader.TryReadInt64(DerTag.Integer, out var count)
            ? count
            : throw new CertificateFormatException("x509: invalid inhibit any policy extension");
    }

    private CertificatePolicies WithConstraints(ReadOnlySpan<byte> value)
    {
        long explicitPolicy = 0;
        long mapping = 0;
        var hasExplicit = false;
        var hasMapping = false;
        if (!new DerReader(value).TryRead(DerTag.Sequence, out DerReader fields)
            || ((hasExplicit = fields.NextIs(DerTag.Context(0))) && !fields.TryReadInt64(DerTag.Context(0), out explicitPolicy))
            || ((hasMapping = fields.NextIs(DerTag.Context(1))) && !fields.TryReadInt64(DerTag.Context(1), out mapping)))
        {
            throw new CertificateFormatException(BadConstraints);
        }

        return this with
        {
            RequireExplicitPolicy = hasExplicit ? explicitPolicy : null,
            InhibitPolicyMapping = hasMapping ? mapping : null,
        };
    }
}
