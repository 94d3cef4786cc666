using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthzSim.Authentication.ServiceAccounts;
using AuthzSim.Authentication.Tokens;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Authentication.Tests.ServiceAccounts;

/// <summary>Whatever is done to a token, it is its account or nobody, and nothing throws.</summary>
public sealed class TokenLaws
{
    private static readonly string[] _pieces =
    [
        ".", "..", "{", "}", "[", "]", "\"", ":", ",", "\\u0000", "\\ud800", "null", "1", "-", "1e999", "=", " ", "\n", "\t", "\u00a0", "é", "\ud800",
        "eyJhbGciOiJFUzI1NiJ9", "e30", "bnVsbA", "eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0In0", "AAAA", "A", "-_", "iss", "kubernetes.io", "aud", "exp",
        "\"iss\":\"https://issuer.test\"", "\"iss\":\"kubernetes/serviceaccount\"", "\"kubernetes.io\":{\"pod\":{}}", "\"crit\":[\"b64\"]", "\"b64\":false",
        "\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}", "\"x5c\":[\"AA==\"]", "\"kid\":\"\"", "\"alg\":\"ES256\"",
    ];

    private static readonly Rnd _seed = new(20260501UL, 1UL);

    private readonly TokenWorld _world = new();

    [Fact]
    public void A_replaced_character_leaves_the_account_or_nobody()
    {
        foreach (var token in new[] { _world.Bound(new ServiceAccountTokenRequest { Pod = TokenWorld.Web }), _world.LegacyToken })
        {
            var survivors = 0;
            for (var i = 0; i < token.Length; i++)
            {
                foreach (var other in "AQgw._-z".Where(c => c != token[i]))
                {
                    survivors += IsHarmless(token, token[..i] + other + token[(i + 1)..]) ? 1 : 0;
                }
            }

            // Only the bits that base64 leaves over do not count, and a legacy token is compared byte for byte besides.
            Assert.InRange(survivors, 0, token == _world.LegacyToken ? 0 : 24);
        }
    }

    [Fact]
    public void A_changed_claim_is_nobody_without_the_key()
    {
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var token in new[] { _world.Bound(new ServiceAccountTokenRequest { Pod = TokenWorld.Web, Node = TokenWorld.Node }), _world.LegacyToken })
        {
            var (header, signature) = (token.Split('.')[0], token.Split('.')[2]);
            var payload = Decode(token.Split('.')[1]);
            var count = 0;
            foreach (var changed in Changes(payload))
            {
                count++;
                Refused(header + "." + Tokens.SignedTokens.Encode(changed) + "." + signature);
                Refused(Tokens.SignedTokens.Sign(foreign, Decode(header), changed, "ES256"));
            }

            Assert.InRange(count, 18, 200);
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("ES384")]
    public void Another_algorithm_is_nobody(string algorithm)
    {
        var world = new TokenWorld(SigningKeys.Rsa);
        foreach (var token in new[] { world.Bound(), world.LegacyToken })
        {
            var payload = Decode(token.Split('.')[1]);
            foreach (var header in new[] { $$"""{"alg":"{{algorithm}}"}""", $$"""{"alg":"{{algorithm}}","kid":"{{world.Key.PublicKey.KeyId}}"}""" })
            {
                foreach (var secret in new[] { SigningKeys.PublicPem, SigningKeys.PublicPem.TrimEnd(), world.Key.PublicKey.KeyId, "" })
                {
                    var forged = Tokens.SignedTokens.Join(
                        header, payload, data => HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), data));
                    Assert.False(world.AskBound(forged).IsAuthenticated || world.AskLegacy(forged).IsAuthenticated);
                    var unsigned = forged[..(forged.LastIndexOf('.') + 1)];
                    Assert.False(world.AskBound(unsigned).IsAuthenticated || world.AskLegacy(unsigned).IsAuthenticated);
                }
            }
        }
    }

    [Property(MaxTest = 400)]
    public Property The_clock_decides_exactly_at_the_leeways() => Prop.ForAll(
        Arb.From(
            from limit in Gen.Elements(-60L, 0L, 3600L, 3660L)
            from seconds in Gen.Choose(-2, 2)
            from ticks in Gen.Elements(-1L, 0L, 1L, 5_000_000L)
            select ((limit + seconds) * TimeSpan.TicksPerSecond) + ticks),
        ticks =>
        {
            var token = _world.Bound();
            _world.Clock = new(TokenWorld.Start.AddTicks(ticks));
            var error = _world.AskBound(token).Error;
            _world.Clock = new(TokenWorld.Start);
            return error == (ticks < -60 * TimeSpan.TicksPerSecond ? "service account token is not valid yet"
                : ticks > 3660 * TimeSpan.TicksPerSecond ? "service account token has expired" : null);
        });

    [Property(MaxTest = 3000)]
    public Property Random_texts_are_nobody_and_do_not_throw() => Prop.ForAll(
        Arb.From(Texts()),
        text => !_world.AskBound(text).IsAuthenticated && !_world.AskLegacy(text).IsAuthenticated);

    [Property(MaxTest = 1000)]
    public Property Random_headers_and_payloads_rightly_signed_are_read_or_refused() => Prop.ForAll(
        Arb.From(from header in Json() from payload in Json() select (header, payload)),
        p =>
        {
            var token = _world.Signed(p.payload, p.header);
            return !_world.AskBound(token).IsAuthenticated && !_world.AskLegacy(token).IsAuthenticated;
        });

    [Fact]
    public void Random_tokens_reach_every_stage()
    {
        var answers = (from header in Json() from payload in Json() select (header, payload)).Sample(2000, _seed, 20)
            .Select(p => _world.AskBound(_world.Signed(p.payload, p.header))).ToList();
        Assert.InRange(answers.Count(a => a.IsNoOpinion), 200, 1990);
        Assert.InRange(answers.Count(a => a.Error is not null), 10, 1800);
    }

    private static Gen<string> Texts() => Gen.Elements(_pieces).ArrayOf().Select(string.Concat).Where(t => t.Length > 0);

    private static Gen<string> Json() => Gen.Frequency(
        (4, Gen.Elements(_pieces.Where(p => p.StartsWith('"') && p.Length > 1).ToArray()).ArrayOf()
            .Select(members => "{" + string.Join(',', members.Distinct()) + "}")),
        (1, Texts()));

    private static IEnumerable<string> Changes(string payload)
    {
        var names = JsonNode.Parse(payload)!.AsObject().Select(p => p.Key).ToList();
        foreach (var name in names)
        {
            var without = JsonNode.Parse(payload)!.AsObject();
            without.Remove(name);
            yield return without.ToJsonString();
            yield return payload[..^1] + $",{JsonValueOf(payload, name)}}}";
            foreach (var value in new[] { "1", "null", "true", "[]", "{}", "\"\"" })
            {
                var retyped = JsonNode.Parse(payload)!.AsObject();
                retyped[name] = JsonNode.Parse(value);
                yield return retyped.ToJsonString();
            }
        }
    }

    private static string JsonValueOf(string payload, string name) =>
        $"{System.Text.Json.Nodes.JsonValue.Create(name)!.ToJsonString()}:{JsonNode.Parse(payload)![name]!.ToJsonString()}";

    private static string Decode(string part) =>
        Base64UrlText.TryDecode(part, out var bytes) ? Encoding.UTF8.GetString(bytes) : throw new FormatException(part);

    private void Refused(string token)
    {
        Assert.False(_world.AskBound(token).IsAuthenticated, token);
        Assert.False(_world.AskLegacy(token).IsAuthenticated, token);
    }

    // True when somebody was authenticated, who then must be the account the token was made for.
    private bool IsHarmless(string token, string changed)
    {
        var before = _world.AskBound(token).User ?? _world.AskLegacy(token).User;
        var after = _world.AskBound(changed).User ?? _world.AskLegacy(changed).User;
        Assert.NotNull(before);
        Assert.True(after is null || after.Equals(before), changed);
        return after is not null;
    }
}
