using AuthzSim.Authentication.Tokens;

namespace AuthzSim.Authentication.Oidc;

/// <summary>The keys of one issuer, wherever they are (upstream: <c>go-oidc</c> <c>KeySet</c>).</summary>
internal interface IKeySet
{
    /// <summary>Checks a signature: null when a key of the issuer made it, otherwise upstream's error.</summary>
    ValueTask<string?> VerifyAsync(JsonWebSignature signature, CancellationToken cancellationToken);
}

/// <summary>Keys that are at hand.</summary>
internal sealed class LocalKeySet(JsonWebKeySet keys) : IKeySet
{
    public const string Failure = "failed to verify id token signature";

    public ValueTask<string?> VerifyAsync(JsonWebSignature signature, CancellationToken cancellationToken) =>
        ValueTask.FromResult(keys.Verifies(signature) ? null : Failure);
}
