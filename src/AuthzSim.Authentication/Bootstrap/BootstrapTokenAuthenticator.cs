using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Requests;

namespace AuthzSim.Authentication.Bootstrap;

/// <summary>
/// Knows the tokens with which nodes join a cluster, which are secrets in <c>kube-system</c>
/// (upstream: <c>plugin/pkg/auth/authenticator/token/bootstrap</c>). Whatever is wrong with one, it has no opinion.
/// </summary>
public sealed partial class BootstrapTokenAuthenticator : ITokenAuthenticator
{
    private const string SecretNamespace = "kube-system";
    private const string SecretType = "bootstrap.kubernetes.io/token";
    private const string DefaultGroup = "system:bootstrappers";

    private readonly ClusterState _cluster;
    private readonly TimeProvider _time;

    /// <summary>Makes the authenticator.</summary>
    /// <param name="cluster">Where the secrets are.</param>
    /// <param name="time">The clock tokens expire by.</param>
    public BootstrapTokenAuthenticator(ClusterState cluster, TimeProvider time) => (_cluster, _time) = (cluster, time);

    /// <inheritdoc/>
    public string Name => "bootstrap token";

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        return ValueTask.FromResult(
            Authenticate(token) is { } user ? AuthenticationResult.Of(user) : AuthenticationResult.NoOpinion);
    }

    private UserInfo? Authenticate(string token)
    {
        var match = TokenForm().Match(token);
        var (id, secret) = (match.Groups["id"].Value, match.Groups["secret"].Value);
        if (!match.Success
            || _cluster.FindSecret(SecretNamespace, $"bootstrap-token-{id}") is not { Type: SecretType, DeletionTimestamp: null, Data: { } data })
        {
            return null;
        }

        var isRight = CryptographicOperations.FixedTimeEquals(Bytes(data, "token-secret"), Encoding.UTF8.GetBytes(secret));
        if (!isRight || Text(data, "token-id") != id || IsExpired(data) || Text(data, "usage-bootstrap-authentication") != "true")
        {
            return null;
        }

        return Groups(data) is { } groups ? new UserInfo { Name = $"system:bootstrap:{id}", Groups = [.. groups] } : null;
    }

    private bool IsExpired(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> data)
    {
        var expiration = Text(data, "expiration");
        return expiration.Length > 0 && (!Rfc3339.TryParse(expiration, out var time) || time <= _time.GetUtcNow());
    }

    private static SortedSet<string>? Groups(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> data)
    {
        var groups = new SortedSet<string>(StringComparer.Ordinal) { DefaultGroup };
        var more = Text(data, "auth-extra-groups");
        if (more.Length == 0)
        {
            return groups;
        }

        var names = more.Split(',');
        groups.UnionWith(names);
        return names.All(n => GroupForm().IsMatch(n)) ? groups : null;
    }

    private static ReadOnlySpan<byte> Bytes(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> data, string key) =>
        data.GetValueOrDefault(key).Span;

    private static string Text(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> data, string key) =>
        Encoding.UTF8.GetString(Bytes(data, key));

    [GeneratedRegex(@"\A(?<id>[a-z0-9]{6})\.(?<secret>[a-z0-9]{16})\z", RegexOptions.CultureInvariant)]
    private static partial Regex TokenForm();

    [GeneratedRegex(@"\Asystem:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex GroupForm();
}
