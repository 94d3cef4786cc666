using AuthzSim.Authentication.Cluster;
using AuthzSim.Authentication.ServiceAccounts;

namespace AuthzSim.Authentication.Tests.ServiceAccounts;

/// <summary>A bound token is its account while the account and the object it is bound to live.</summary>
public sealed class BoundTokenTests
{
    private const string Account = "\"namespace\":\"shop\",\"serviceaccount\":{\"name\":\"builder\",\"uid\":\"sa-uid\"}";
    private const string Invalidated = "service account token has been invalidated";

    private readonly TokenWorld _world = new();

    [Fact]
    public void A_token_is_its_account_with_what_it_is_bound_to()
    {
        var result =
            _world.AskBound(_world.Bound(new ServiceAccountTokenRequest { Pod = TokenWorld.Web, Node = TokenWorld.Node }));
        Assert.Null(result.Error);
        Assert.Equal("system:serviceaccount:shop:builder", result.User!.Name);
        Assert.Equal("sa-uid", result.User.Uid);
        Assert.Equal(["system:serviceaccounts", "system:serviceaccounts:shop"], result.User.Groups);
        Assert.Equal(
            [
                "authentication.kubernetes.io/credential-id=JTI=3f1c",
                "authentication.kubernetes.io/node-name=n1",
                "authentication.kubernetes.io/node-uid=node-uid",
                "authentication.kubernetes.io/pod-name=web",
                "authentication.kubernetes.io/pod-uid=pod-uid",
            ],
            result.User.Extra.Select(e => e.Key + "=" + e.Value.Single()));
        Assert.Equal([TokenWorld.IssuerUrl], result.Audiences);
        Assert.Empty(result.AuditAnnotations);
    }

    [Theory]
    [InlineData(-61, "service account token is not valid yet")]
    [InlineData(-60, null)]
    [InlineData(3660, null)]
    [InlineData(3661, "service account token has expired")]
    public void A_token_counts_from_a_minute_before_its_start_to_a_minute_after_its_end(int seconds, string? error)
    {
        var token = _world.Bound();
        _world.Clock = new(TokenWorld.Start.AddSeconds(seconds));
        Assert.Equal(error, _world.AskBound(token).Error);
        var outwards = TimeSpan.FromTicks(seconds < 0 ? -1 : 1);
        _world.Clock = new(TokenWorld.Start.AddSeconds(seconds) + outwards);
        Assert.Equal(seconds < 0 ? "service account token is not valid yet" : "service account token has expired", _world.AskBound(token).Error);
    }

    [Theory]
    [InlineData("iat", 60.9, null)]
    [InlineData("iat", 61, "service account token is issued in the future")]
    [InlineData("exp", -60, null)]
    [InlineData("exp", -60.5, null)]
    [InlineData("exp", -61, "service account token has expired")]
    [InlineData("nbf", 60.9, null)]
    [InlineData("nbf", 61, "service account token is not valid yet")]
    public void Fractions_of_times_are_cut_off(string claim, double seconds, string? error)
    {
        // Toward zero: the seconds are counted from 1970.
        var time = TokenWorld.Start.ToUnixTimeSeconds() + seconds;
        var text = time.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        var expected = claim == "exp" && seconds == -60.5 ? "service account token has expired" : error;
        Assert.Equal(expected, _world.AskBound(_world.SignedBound("{" + Account + "}", $",\"{claim}\":{text}")).Error);
    }

    [Theory]
    [InlineData("1e300", "service account token has expired")]
    [InlineData("-1e300", "service account token has expired")]
    [InlineData("9223372036854774784", "service account token has expired")]
    [InlineData("9000000000000000000", null)]
    [InlineData("null", null)]
    [InlineData("1e999", "go-jose/go-jose/jwt: expected number value to unmarshal NumericDate")]
    [InlineData("\"1\"", "go-jose/go-jose/jwt: expected number value to unmarshal NumericDate")]
    [InlineData("true", "go-jose/go-jose/jwt: expected number value to unmarshal NumericDate")]
    [InlineData("{}", "go-jose/go-jose/jwt: expected number value to unmarshal NumericDate")]
    public void Odd_times_are_what_go_makes_of_them(string exp, string? error) =>
        Assert.Equal(error, _world.AskBound(_world.SignedBound("{" + Account + "}", $",\"exp\":{exp}")).Error);

    [Theory]
    [InlineData("""{"namespace":"shop","serviceaccount":{"name":"nobody","uid":"x"}}""", "serviceaccounts \"nobody\" not found")]
    [InlineData("""{"namespace":"shop","serviceaccount":{"name":"","uid":"x"}}""", "resource name may not be empty")]
    [InlineData("""{"namespace":"a/b","serviceaccount":{"name":"x"}}""", "invalid namespace \"a/b\": [may not contain '/']")]
    [InlineData("""{"serviceaccount":{"name":"x"}}""", "an empty namespace may not be set when a resource name is provided")]
    [InlineData("""{"namespace":"shop","serviceaccount":{"name":"builder","uid":"x"}}""", "service account UID (sa-uid) does not match claim (x)")]
    [InlineData("{" + Account + ""","pod":{"name":"web","uid":"x"}}""", "pod UID (pod-uid) does not match service account pod ref claim (x)")]
    [InlineData("{" + Account + ""","pod":{"name":"gone","uid":"x"}}""", Invalidated)]
    [InlineData("{" + Account + ""","pod":null}""", null)]
    [InlineData("{" + Account + ""","secret":{"name":"mounted","uid":"x"}}""", "secret UID (secret-uid) does not match service account secret ref claim (x)")]
    [InlineData("{" + Account + ""","secret":{"name":"gone"}}""", Invalidated)]
    [InlineData("{" + Account + ""","node":{"name":"n1","uid":"x"}}""", "node UID (node-uid) does not match service account node ref claim (x)")]
    [InlineData("{" + Account + ""","node":{"name":"gone"}}""", Invalidated)]
    [InlineData("{" + Account + ""","pod":{"name":"web","uid":"pod-uid"},"node":{"name":"gone"}}""", null)]
    [InlineData("{" + Account + ""","namespace":"shop"}""", "json: duplicate key 'namespace' in object")]
    [InlineData("{" + Account + ""","pod":"web"}""", "json: cannot unmarshal string into Go value of type serviceaccount.ref")]
    [InlineData("""{"namespace":1,"serviceaccount":{}}""", "json: cannot unmarshal number into Go value of type string")]
    [InlineData("[]", "json: cannot unmarshal array into Go value of type serviceaccount.kubernetes")]
    [InlineData("null", "resource name may not be empty")]
    public void Claims_are_checked_in_the_servers_words(string own, string? error) =>
        Assert.Equal(error, _world.AskBound(_world.SignedBound(own)).Error);

    [Theory]
    [InlineData(60, false)]
    [InlineData(61, true)]
    public void A_deleted_object_counts_for_a_minute(int secondsAgo, bool isRefused)
    {
        var deleted = TokenWorld.Start.AddSeconds(-secondsAgo);
        var request = new ServiceAccountTokenRequest();
        foreach (var (bound, gone, error) in new (ServiceAccountTokenRequest, ClusterObject, string)[]
            {
                (request with { Pod = TokenWorld.Web }, TokenWorld.Web with { DeletionTimestamp = deleted }, Invalidated),
                (request with { Secret = TokenWorld.Mounted }, TokenWorld.Mounted with { DeletionTimestamp = deleted }, Invalidated),
                (request with { Node = TokenWorld.Node }, TokenWorld.Node with { DeletionTimestamp = deleted }, Invalidated),
                (request, TokenWorld.Builder with { DeletionTimestamp = deleted }, "service account shop/builder has been deleted"),
            })
        {
            _world.Cluster = TokenWorld.ClusterWith(TokenWorld.Builder, gone);
            Assert.Equal(isRefused ? error : null, _world.AskBound(_world.Bound(bound)).Error);
        }
    }

    [Fact]
    public void An_extended_token_warns_after_its_time()
    {
        var token = _world.Bound(new ServiceAccountTokenRequest { Pod = TokenWorld.Web, ExpirationSeconds = 3607 });
        _world.Clock = new(TokenWorld.Start.AddSeconds(3607));
        Assert.Empty(_world.AskBound(token).AuditAnnotations);
        _world.Clock = new(TokenWorld.Start.AddSeconds(3607 + 90));
        Assert.Equal(
            "subject: system:serviceaccount:shop:builder, seconds after warning threshold: 90",
            _world.AskBound(token).AuditAnnotations["authentication.k8s.io/stale-token"]);
        _world.Clock = new(TokenWorld.Start.AddYears(1).AddSeconds(60));
        Assert.True(_world.AskBound(token).IsAuthenticated);
        _world.Clock = new(TokenWorld.Start.AddYears(1).AddSeconds(61));
        Assert.False(_world.AskBound(token).IsAuthenticated);
    }

    [Fact]
    public void Audiences_asked_for_decide_and_come_back_in_the_order_asked()
    {
        var token = _world.Bound(new ServiceAccountTokenRequest { Audiences = ["a", "b", "api"] });
        Assert.Equal(["api"], _world.AskBound(token).Audiences);
        Assert.Equal(["b", "a"], _world.AskBound(token, "b", "x", "a").Audiences);
        Assert.Equal(
            """token audiences ["a" "b" "api"] is invalid for the target audiences ["x" "y"]""",
            _world.AskBound(token, "x", "y").Error);
    }

    [Theory]
    [InlineData("""["x"]""", """token audiences ["x"] is invalid for the target audiences ["https://issuer.test" "api"]""")]
    [InlineData("\"\"", """token audiences [""] is invalid for the target audiences ["https://issuer.test" "api"]""")]
    [InlineData("[1]", "go-jose/go-jose/jwt: expected string or array value to unmarshal to Audience")]
    [InlineData("null", "go-jose/go-jose/jwt: expected string or array value to unmarshal to Audience")]
    [InlineData("[]", null)]
    public void The_audience_claim_is_read_as_go_jose_reads_it(string aud, string? error)
    {
        var result = _world.AskBound(_world.Signed(
            $$"""{"iss":"{{TokenWorld.IssuerUrl}}","aud":{{aud}},"sub":"s","kubernetes.io":{{"{" + Account + "}"}} }"""));
        Assert.Equal(error, result.Error);
        Assert.Equal(error is null ? "s" : null, result.AuditAnnotations.GetValueOrDefault("authentication.k8s.io/legacy-token"));
    }

    [Fact]
    public void Keys_are_chosen_by_id_and_tried_in_order_without()
    {
        var (first, second) = (new TokenWorld(), SigningKeys.Rsa);
        _world.Options = _world.Options with { Keys = [second.PublicKey, first.Key.PublicKey] };
        var own = "{" + Account + "}";
        var payload = $$"""{"iss":"https://older.test","aud":"api","kubernetes.io":{{own}}}""";
        Assert.Null(_world.AskBound(_world.Signed(payload)).Error);
        Assert.Equal(
            "invalid signature, no keys found",
            _world.AskBound(_world.Signed(payload, """{"alg":"ES256","kid":"unknown"}""")).Error);
        Assert.Equal(
            "go-jose/go-jose: error in cryptographic primitive",
            _world.AskBound(_world.Signed(payload, $$"""{"alg":"ES256","kid":"{{second.PublicKey.KeyId}}"}""")).Error);
        Assert.Equal(
            "[go-jose/go-jose: error in cryptographic primitive, json: cannot unmarshal number into Go value of type string]",
            _world.AskBound(_world.Signed("""{"iss":"https://older.test","sub":1}""")).Error);
    }

    [Fact]
    public void The_issuer_is_read_once_without_case_and_once_with()
    {
        Assert.Equal("token issuer \"\" is invalid", _world.AskBound(_world.Signed("""{"ISS":"https://issuer.test"}""")).Error);
        Assert.True(_world.AskBound(_world.Signed("""{"iss":"https://elsewhere.test"}""")).IsNoOpinion);
        Assert.True(_world.AskBound(_world.Signed("{}")).IsNoOpinion);
        Assert.True(_world.AskBound(_world.Signed("[]")).IsNoOpinion);
        Assert.True(_world.AskBound(_world.Signed("""{"iss":1}""")).IsNoOpinion);
        Assert.True(_world.AskBound(_world.LegacyToken).IsNoOpinion);
    }
}
