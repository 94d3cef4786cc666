using System.Collections.Immutable;
using AuthzSim.Authentication.Chain;
using AuthzSim.Requests;

namespace AuthzSim.Authentication.Files;

/// <summary>
/// Knows the tokens of a static token file, <c>token,user,uid,"group1,group2"</c>
/// (upstream: <c>k8s.io/apiserver/pkg/authentication/token/tokenfile</c>).
/// </summary>
public sealed class TokenFileAuthenticator : ITokenAuthenticator
{
    private const string Kind = "token file";

    /// <summary>By digest: looking one up takes no longer for a token that begins right.</summary>
    private readonly Dictionary<KeyedDigest, UserInfo> _users = [];

    private TokenFileAuthenticator(ReadOnlyMemory<byte> utf8, string path)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        foreach (var (index, record) in CredentialFile.Records(utf8, Kind, path, "token, user name, user uid").Index())
        {
            var place = $"has been found in token file '{path}', record number '{index + 1}'";
            if (record[0].Length == 0)
            {
                warnings.Add($"empty token {place}");
                continue;
            }

            var key = KeyedDigest.Of(record[0]);
            if (_users.ContainsKey(key))
            {
                warnings.Add($"duplicate token {place}");
            }

            _users[key] = CredentialFile.User(record);
        }

        Warnings = warnings.ToImmutable();
    }

    /// <inheritdoc/>
    public string Name => Kind;

    /// <summary>What the server logs while it reads the file: records without a token, tokens given twice.</summary>
    public ImmutableArray<string> Warnings { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="CredentialFileException">The file cannot be read, or the server would not start with it.</exception>
    public static TokenFileAuthenticator Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new TokenFileAuthenticator(CredentialFile.ReadAllBytes(path), path);
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="path">What the file is called in texts.</param>
    /// <exception cref="CredentialFileException">The server would not start with it, or it is not UTF-8.</exception>
    public static TokenFileAuthenticator Parse(ReadOnlyMemory<byte> utf8, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new TokenFileAuthenticator(utf8, path);
    }

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateTokenAsync(
        string token, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        return ValueTask.FromResult(_users.TryGetValue(KeyedDigest.Of(token), out var user)
            ? AuthenticationResult.Of(user)
            : AuthenticationResult.NoOpinion);
    }
}
