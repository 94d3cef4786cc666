using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Certificates;
using AuthzSim.Requests;

namespace AuthzSim.Conformance;

/// <summary>authn.json: whom the server took the holders of client certificates for, and why it refused them.</summary>
public sealed class ClientCertificateVectorTests
{
    private const string File = "authn.json";

    [Fact]
    public async Task Every_client_certificate()
    {
        var mismatches = new Mismatches(File);
        var recorded = Vectors.ReadJson(File);
        foreach (var entry in recorded.Items("cases").Where(c => c.TryGetProperty("clientCertificates", out _)))
        {
            var actual = await Authenticate(recorded, entry);
            if (actual is not null)
            {
                mismatches.Compare(entry.Text("name"), Recorded(entry), actual);
            }
        }

        mismatches.AssertNone();
    }

    /// <summary>What front proxy and X.509 come to; null where the headers or a token decide.</summary>
    private static async Task<string?> Authenticate(JsonElement server, JsonElement entry)
    {
        var clock = new Clock(DateTimeOffset.Parse(entry.Text("time"), CultureInfo.InvariantCulture));
        var peers = ClientCertificate.Read(Encoding.UTF8.GetBytes(entry.Text("clientCertificates")));
        var proxy = server.GetProperty("requestHeader");
        var proxied = new CertificateVerifier(Bundle(proxy.Text("clientCA")), clock).Verify(peers, proxy.Strings("allowedNames"));
        var headers = entry.Items("headers").Select(h => (Name: h[0].GetString()!, Value: h[1].GetString()!)).ToList();
        if (proxied.CommonName is not null
            && headers.Any(h => h.Value.Length > 0 && proxy.Strings("usernameHeaders").Contains(h.Name, StringComparer.OrdinalIgnoreCase)))
        {
            return null;
        }

        var result = await new X509Authenticator(new CertificateVerifier(Bundle(server.Text("clientCA")), clock)).AuthenticateAsync(
            new AuthenticationRequest { PeerCertificates = peers }, AuthenticationContext.Default, TestContext.Current.CancellationToken);
        if (result.User is { } user)
        {
            return Show(user.Name, user.Uid, WithAuthenticated(user), user.Extra.Select(e => $"{e.Key}={string.Join(',', e.Value)}"));
        }

        if (headers.Any(h => h.Name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        string[] errors = [.. new[] { proxied.Error, result.Error }.OfType<string>().Distinct(StringComparer.Ordinal)];
        return errors.Length switch
        {
            0 => Show("system:anonymous", "", [], []),
            1 => errors[0],
            _ => $"[{string.Join(", ", errors)}]",
        };
    }

    private static CertificateBundle Bundle(string pem) => CertificateBundle.Parse(Encoding.UTF8.GetBytes(pem));

    private static ImmutableArray<string> WithAuthenticated(UserInfo user) =>
        user.Name == "system:anonymous" || user.Groups.Contains("system:authenticated") || user.Groups.Contains("system:unauthenticated")
            ? user.Groups
            : user.Groups.Add("system:authenticated");

    /// <summary>An anonymous caller was refused by authorization, and only the name is recorded.</summary>
    private static string Recorded(JsonElement entry)
    {
        if (!entry.TryGetProperty("userInfo", out var user))
        {
            return entry.Text("error");
        }

        var extra = user.TryGetProperty("extra", out var all)
            ? all.EnumerateObject().Select(e => $"{e.Name}={string.Join(',', e.Value.EnumerateArray().Select(v => v.GetString()))}")
            : [];
        return Show(user.Text("username"), user.Text("uid"), user.Strings("groups"), extra);
    }

    private static string Show(string name, string uid, IEnumerable<string> groups, IEnumerable<string> extra) =>
        name == "system:anonymous"
            ? name
            : $"{name} uid={uid} groups=[{string.Join(", ", groups)}] extra=[{string.Join(", ", extra.Order(StringComparer.Ordinal))}]";

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
