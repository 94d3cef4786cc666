using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Bootstrap;
using AuthzSim.Authentication.Certificates;
using AuthzSim.Authentication.Chain;
using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.Files;
using AuthzSim.Authentication.FrontProxy;
using AuthzSim.Authentication.ServiceAccounts;
using AuthzSim.Authentication.Tokens;
using AuthzSim.Formats;
using Microsoft.Extensions.Time.Testing;

namespace AuthzSim.Conformance;

/// <summary>authn.json: the server's configuration and cluster, and the requests put to it.</summary>
internal sealed class AuthenticationVectors
{
    public const string File = "authn.json";

    private readonly JsonElement _server = Vectors.ReadJson(File);
    private readonly Lazy<ClusterState> _cluster;

    public AuthenticationVectors() => _cluster = new(Cluster);

    /// <summary>All cases.</summary>
    public IEnumerable<JsonElement> Cases => _server.Items("cases");

    /// <summary>What the server believes of a front proxy.</summary>
    public RequestHeaderOptions FrontProxy
    {
        get
        {
            var proxy = _server.GetProperty("requestHeader");
            return new RequestHeaderOptions
            {
                AllowedNames = proxy.Strings("allowedNames"),
                UsernameHeaders = proxy.Strings("usernameHeaders"),
                UidHeaders = proxy.Strings("uidHeaders"),
                GroupHeaders = proxy.Strings("groupHeaders"),
                ExtraHeaderPrefixes = proxy.Strings("extraHeaderPrefixes"),
            };
        }
    }

    /// <summary>The keys, issuer and audiences of service account tokens.</summary>
    public ServiceAccountTokenOptions ServiceAccounts
    {
        get
        {
            var server = _server.GetProperty("serviceAccount");
            return new ServiceAccountTokenOptions
            {
                Issuers = [server.Text("issuer")],
                ApiAudiences = server.Strings("apiAudiences"),
                Keys = [.. server.Strings("publicKeys").SelectMany(pem => PublicKeyPem.Parse(pem))],
                Lookup = server.GetProperty("lookup").GetBoolean(),
            };
        }
    }

    /// <summary>The clock at the instant of a case.</summary>
    public static FakeTimeProvider Clock(JsonElement entry) => new(entry.GetProperty("time").GetDateTimeOffset());

    /// <summary>The request of a case.</summary>
    public static AuthenticationRequest Request(JsonElement entry) => new()
    {
        Headers = new RequestHeaders(
            entry.Items("headers").Select(h => KeyValuePair.Create(h[0].GetString()!, h[1].GetString()!))),
        Path = "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        PeerCertificates = entry.Text("clientCertificates") is { Length: > 0 } pem ? ClientCertificate.Read(Encoding.UTF8.GetBytes(pem)) : [],
    };

    /// <summary>The server's whole chain.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="moreKeys">Keys of service account tokens that the server tries before its own.</param>
    public AuthenticatorChain Chain(TimeProvider time, params ImmutableArray<VerificationKey> moreKeys)
    {
        var serviceAccounts = ServiceAccounts;
        serviceAccounts = serviceAccounts with { Keys = moreKeys.AddRange(serviceAccounts.Keys) };
        return new AuthenticatorChain
        {
            FrontProxy = new RequestHeaderAuthenticator(FrontProxy, Verifier(_server.GetProperty("requestHeader"), time), time),
            ClientCertificate = new X509Authenticator(Verifier(_server, time)),
            TokenFile = TokenFileAuthenticator.Parse(Encoding.UTF8.GetBytes(_server.Text("tokenFile")), "tokens.csv"),
            LegacyServiceAccount = ServiceAccountAuthenticators.Legacy(serviceAccounts, _cluster.Value),
            ServiceAccount = ServiceAccountAuthenticators.Bound(serviceAccounts, _cluster.Value, time),
            Bootstrap = _server.GetProperty("bootstrapTokens").GetBoolean() ? new BootstrapTokenAuthenticator(_cluster.Value, time) : null,
            Anonymous = _server.GetProperty("anonymous").GetBoolean() ? new AnonymousAuthenticator() : null,
            HasLoopbackToken = true,
            ApiAudiences = serviceAccounts.ApiAudiences,
            Time = time,
        };
    }

    private static CertificateVerifier Verifier(JsonElement server, TimeProvider time) =>
        new(CertificateBundle.Parse(Encoding.UTF8.GetBytes(server.Text("clientCA"))), time);

    /// <summary>The objects of the cluster, read as a dump.</summary>
    private ClusterState Cluster()
    {
        var state = _server.GetProperty("state");
        var kinds = new[] { ("serviceAccounts", "ServiceAccount"), ("secrets", "Secret"), ("pods", "Pod"), ("nodes", "Node") };
        var items = new JsonArray();
        foreach (var (member, kind) in kinds)
        {
            foreach (var item in state.Items(member))
            {
                var @object = JsonNode.Parse(item.GetRawText())!.AsObject();
                (@object["apiVersion"], @object["kind"]) = ("v1", kind);
                items.Add(@object);
            }
        }

        var dump = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = items };
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(dump.ToJsonString()));
        return new ClusterState(ClusterObjectReader.Load(["-"], new PolicyLoadOptions { StandardInput = input }));
    }
}
