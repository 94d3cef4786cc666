using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Requests;

namespace AuthzSim.Authentication.Files;

/// <summary>
/// Knows the passwords of a basic auth file, <c>password,user,uid,"group1,group2"</c>, as servers before 1.19 did
/// (upstream at v1.18: <c>plugin/pkg/authenticator/password/passwordfile</c> and <c>request/basicauth</c>).
/// </summary>
public sealed class BasicAuthFileAuthenticator : IAuthenticator
{
    private const string Scheme = "Basic ";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
    private readonly Dictionary<string, (byte[] Password, UserInfo User)> _users = new(StringComparer.Ordinal);

    private BasicAuthFileAuthenticator(ReadOnlyMemory<byte> utf8, string path)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        foreach (var (index, record) in CredentialFile.Records(utf8, "password file", path, "password, user name, user uid").Index())
        {
            var user = CredentialFile.User(record);
            if (_users.ContainsKey(user.Name))
            {
                warnings.Add(
                    $"duplicate username '{user.Name}' has been found in password file '{path}', record number '{index + 1}'");
            }

            _users[user.Name] = (Digest(record[0]), user);
        }

        Warnings = warnings.ToImmutable();
    }

    /// <inheritdoc/>
    public string Name => "basic auth file";

    /// <summary>What the server logs while it reads the file: users given twice.</summary>
    public ImmutableArray<string> Warnings { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="CredentialFileException">The file cannot be read, or the server would not start with it.</exception>
    public static BasicAuthFileAuthenticator Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new BasicAuthFileAuthenticator(CredentialFile.ReadAllBytes(path), path);
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="path">What the file is called in texts.</param>
    /// <exception cref="CredentialFileException">The server would not start with it, or it is not UTF-8.</exception>
    public static BasicAuthFileAuthenticator Parse(ReadOnlyMemory<byte> utf8, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new BasicAuthFileAuthenticator(utf8, path);
    }

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ValueTask.FromResult(TryRead(request.Headers.First("Authorization") ?? "", out var name, out var password)
            ? Authenticate(name, password)
            : AuthenticationResult.NoOpinion);
    }

    private AuthenticationResult Authenticate(string name, string password)
    {
        var isKnown = _users.TryGetValue(name, out var known);
        var isRight = CryptographicOperations.FixedTimeEquals(known.Password ?? _key, Digest(password));
        return isKnown && isRight
            ? AuthenticationResult.Of(known.User)
            : AuthenticationResult.Failed("invalid username/password combination");
    }

    /// <summary>Go's <c>Request.BasicAuth</c>; bytes that are no UTF-8 are nobody's name or password.</summary>
    private static bool TryRead(string header, out string name, out string password)
    {
        (name, password) = ("", "");
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !Base64.TryDecode(header[Scheme.Length..], out var bytes)
            || bytes.AsSpan().IndexOf((byte)':') is not (>= 0 and var colon))
        {
            return false;
        }

        (name, password) = (TextOrNobody(bytes.AsSpan(0, colon)), TextOrNobody(bytes.AsSpan(colon + 1)));
        return true;
    }

    /// <summary>The text, or when it is none a lone surrogate, which no file holds.</summary>
    private static string TextOrNobody(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : "\ud800";

    private byte[] Digest(string password) => HMACSHA256.HashData(_key, MemoryMarshal.AsBytes(password.AsSpan()));
}
