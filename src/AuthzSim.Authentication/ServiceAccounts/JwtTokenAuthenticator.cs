using System.Collections.Frozen;
using System.Collections.Immutable;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Text;

namespace AuthzSim.Authentication.ServiceAccounts;

/// <summary>
/// What is common to all tokens of service accounts: issuer, signature, audiences (upstream: <c>pkg/serviceaccount/jwt.go</c>
/// <c>jwtTokenAuthenticator</c>).
/// </summary>
internal sealed class JwtTokenAuthenticator<TClaims> : ITokenAuthenticator
{
    private const string LegacyTokenAnnotation = "authentication.k8s.io/legacy-token";

    private readonly FrozenSet<string> _issuers;
    private readonly ImmutableArray<VerificationKey> _keys;
    private readonly ILookup<string, VerificationKey> _keysById;
    private readonly ImmutableArray<string> _apiAudiences;
    private readonly IClaimsValidator<TClaims> _validator;

    public JwtTokenAuthenticator(
        string name, IEnumerable<string> issuers, ServiceAccountTokenOptions options, IClaimsValidator<TClaims> validator)
    {
        Name = name;
        _issuers = issuers.ToFrozenSet(StringComparer.Ordinal);
        _keys = options.Keys;
        _keysById = _keys.ToLookup(k => k.KeyId, StringComparer.Ordinal);
        _apiAudiences = options.ApiAudiences;
        _validator = validator;
    }

    public string Name { get; }

    public ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, AuthenticationContext context, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Authenticate(token, context));

    private AuthenticationResult Authenticate(string token, AuthenticationContext context)
    {
        if (UnverifiedIssuer.Peek(token) is not { } issuer || !_issuers.Contains(issuer)
            || !JsonWebSignature.TryParse(token, out var signature))
        {
            return AuthenticationResult.NoOpinion;
        }

        if (Verify(signature, out var claims, out var own) is { } error)
        {
            return AuthenticationResult.Failed(error);
        }

        if (!_issuers.Contains(claims.Issuer))
        {
            return AuthenticationResult.Failed($"token issuer {GoText.Quote(claims.Issuer)} is invalid");
        }

        return Authenticate(token, claims, own, context.Audiences.IsEmpty ? _apiAudiences : context.Audiences);
    }

    private string? Verify(JsonWebSignature signature, out TokenClaims claims, out TClaims own)
    {
        (claims, own) = (null!, default!);
        IEnumerable<VerificationKey> keys = signature.KeyId.Length == 0 ? _keys : _keysById[signature.KeyId];
        var errors = new List<string>();
        foreach (var key in keys)
        {
            var error = signature.Verify(key) ?? Read(signature.UnsafePayloadWithoutVerification, out claims, out own);
            if (error is null)
            {
                return null;
            }

            errors.Add(error);
        }

        return AggregateError.Join(errors) ?? "invalid signature, no keys found";
    }

    private string? Read(ReadOnlyMemory<byte> payload, out TokenClaims claims, out TClaims own)
    {
        (claims, own) = (null!, default!);
        if (!JsonValue.TryParse(payload, out var json))
        {
            return GoJoseDecoder.SyntaxError;
        }

        var decoder = new GoJoseDecoder();
        claims = TokenClaims.Read(json, decoder);
        if (decoder.Error is null)
        {
            own = _validator.Read(json, decoder);
        }

        return decoder.Error;
    }

    private AuthenticationResult Authenticate(
        string token, TokenClaims claims, TClaims own, ImmutableArray<string> requested)
    {
        var isLegacy = claims.Audience.Count == 0;
        IReadOnlyList<string> offered = isLegacy ? _apiAudiences : claims.Audience;
        var audiences = requested.Where(a => offered.Contains(a, StringComparer.Ordinal)).ToImmutableArray();
        AuthenticationResult result;
        if (audiences.IsEmpty && !_apiAudiences.IsEmpty)
        {
            result = AuthenticationResult.Failed(
                $"token audiences {GoText.QuoteList([.. offered])} is invalid for the target audiences {GoText.QuoteList(requested.AsSpan())}");
        }
        else
        {
            result = _validator.Validate(token, claims, own);
        }

        return result with
        {
            Audiences = result.IsAuthenticated ? audiences : [],
            AuditAnnotations = isLegacy
                ? result.AuditAnnotations.SetItem(LegacyTokenAnnotation, claims.Subject)
                : result.AuditAnnotations,
        };
    }
}
