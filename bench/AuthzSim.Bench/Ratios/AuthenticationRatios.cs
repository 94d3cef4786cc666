using System.Globalization;
using AuthzSim.Bench.Credentials;
using AuthzSim.Bench.Fleets;
using AuthzSim.Requests;

namespace AuthzSim.Bench.Ratios;

/// <summary>The rows about credentials: what is around the arithmetic that nobody can do without.</summary>
internal sealed class AuthenticationRatios(Interleaved interleaved)
{
    private const int Batch = 16;
    private const double CachedGoal = 2_000;

    public IEnumerable<Ratio> Of(Fleet fleet)
    {
        foreach (var authority in (string[])["RSA-2048", "P-256"])
        {
            using var chain = new ClientCertificateChain(authority);
            var times = interleaved.Medians(Often(chain.IsAuthentic), Often(chain.IsTrusted));
            yield return Ratio.AtMost(
                1.5, $"a client certificate to a user ÷ X509Chain.Build alone ({authority})", ("authenticate", times[0]), ("build", times[1]));
        }

        foreach (var algorithm in (string[])["ES256", "RS256"])
        {
            using var token = new SignedToken(algorithm);
            var times = interleaved.Medians(Often(token.IsAuthentic), Often(token.HasValidSignature), Often(token.IsKnown));
            yield return Ratio.AtMost(
                1.5, $"a service account token to a user ÷ its signature check alone ({algorithm})", ("authenticate", times[0]), ("check", times[1]));
            yield return new Ratio(
                $"a token seen before ({algorithm})", "at most 2 µs", Microseconds(times[2]), "", times[2] <= CachedGoal);
        }

        using var client = new ClientCertificateChain("P-256");
        var whole = interleaved.Medians(Often(() => fleet.Compiled.Check(
            RequestAttributes.ForResource(client.User(), "get", "pods", "", "default")).IsAllowed))[0];
        yield return new Ratio("a client certificate to a decision, whole (P-256)", "none", Microseconds(whole), "", true);
    }

    private static string Microseconds(double nanoseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.##} µs");

    private static Contender Often(Func<bool> ask) => new(Batch, 1, _ =>
    {
        var yes = 0L;
        for (var i = 0; i < Batch; i++)
        {
            yes += ask() ? 1 : 0;
        }

        return yes;
    });
}
