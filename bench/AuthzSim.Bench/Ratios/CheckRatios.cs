using AuthzSim.Bench.Fleets;
using AuthzSim.Compiled;
using AuthzSim.Requests;

namespace AuthzSim.Bench.Ratios;

/// <summary>The rows about single checks and checks in bulk.</summary>
internal sealed class CheckRatios(Interleaved interleaved)
{
    // Small enough that the texts of the requests of a batch stay in the cache while the policy does not.
    private const int Batch = 256;
    private const int BulkBatch = 32_768;
    private const int Actions = 64;

    public IEnumerable<Ratio> Of(Fleet fleet)
    {
        var compiled = SingleP50(fleet.Requests, r => fleet.Compiled.Check(r).IsAllowed, samples: 40_000);
        var reference = SingleP50(fleet.Requests, r => fleet.Reference.Authorize(r).IsAllowed, samples: 600);
        yield return Ratio.AtLeast(1000, "one check from strings, p50, reference ÷ compiled", ("reference", reference), ("compiled", compiled));

        var requests = fleet.RequestsOfTwoGroups();
        var names = fleet.Names.LookUps();
        var times = interleaved.Medians(
            Strings(fleet.Compiled, requests),
            Batches(requests, Batch, w => Sum(names, Window(requests, w, Batch))));
        yield return Ratio.AtMost(
            1,
            "a check from strings (user, two groups, verb, resource, namespace) ÷ six FrozenDictionary span look-ups among as many names",
            ("check", times[0]),
            ("look-ups", times[1]));

        yield return Resolved(fleet);
        foreach (var ratio in Bulk(fleet))
        {
            yield return ratio;
        }

        yield return Allocation(fleet);
    }

    /// <summary>How the same check slows down from a small fleet to a large one.</summary>
    public Ratio Growth(Fleet small, Fleet large)
    {
        var times = interleaved.Medians(
            Strings(large.Compiled, large.RequestsOfTwoGroups()), Strings(small.Compiled, small.RequestsOfTwoGroups()));
        return Ratio.AtMost(3, "1,000,000 bindings ÷ 1,000 bindings, compiled, from strings", ("1,000,000", times[0]), ("1,000", times[1]));
    }

    private Ratio Resolved(Fleet fleet)
    {
        var users = fleet.Names.Users.Keys;
        var subjects = users.Select(u => fleet.Compiled.Resolve(UserInfo.Impersonated(u))).ToArray();
        var actions = fleet.Requests.Where(r => r.IsResourceRequest).Take(Actions).Select(r => fleet.Compiled.Resolve(r)).ToArray();

        // Everybody once, in an order no prefetcher foresees; the texts asked for are not those the dictionary holds.
        var order = Enumerable.Range(0, Fleet.RequestCount).Select(i => (int)(i * 2_654_435_761L % users.Length)).ToArray();
        var texts = users.Select(u => new string(u.AsSpan())).ToArray();
        var askedSubjects = order.Select(i => subjects[i]).ToArray();
        var askedTexts = order.Select(i => texts[i]).ToArray();
        var names = fleet.Names.Users;
        var times = interleaved.Medians(
            Batches(Batch, w =>
            {
                var allowed = 0;
                var window = Window(askedSubjects, w, Batch);
                for (var i = 0; i < window.Length; i++)
                {
                    allowed += window[i].Check(actions[i % Actions]).IsAllowed ? 1 : 0;
                }

                return allowed;
            }),
            Batches(Batch, w =>
            {
                var sum = 0;
                foreach (var text in Window(askedTexts, w, Batch))
                {
                    names.TryGetValue(text, out var id);
                    sum += id;
                }

                return sum;
            }));
        return Ratio.AtMost(
            1,
            "a check with a resolved subject (any of all users) and a resolved action ÷ one FrozenDictionary<string,int> look-up among as many users",
            ("check", times[0]),
            ("look-up", times[1]));
    }

    private IEnumerable<Ratio> Bulk(Fleet fleet)
    {
        var results = new CheckResult[BulkBatch];
        var times = interleaved.Medians(
            Strings(fleet.Compiled, fleet.Requests),
            Batches(fleet.Requests, Batch, w => Bulk(fleet, w, Batch, results)),
            Batches(fleet.Requests, BulkBatch, w => Bulk(fleet, w, BulkBatch, results)));
        yield return Ratio.AtMost(0.6, "bulk on one core, per request, ÷ single checks", ("bulk", times[1]), ("single", times[0]));
        yield return Ratio.AtMost(
            0.35, $"bulk on all cores ({Environment.ProcessorCount}), per request, ÷ single checks", ("bulk", times[2]), ("single", times[0]));
    }

    private static long Bulk(Fleet fleet, int window, int length, CheckResult[] results)
    {
        fleet.Compiled.Check(Window(fleet.Requests, window, length), results);
        return results[0].IsAllowed ? 1 : 0;
    }

    private static Ratio Allocation(Fleet fleet)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Answers.CountAllowed(fleet.Compiled, fleet.Requests);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return new Ratio(
            "allocation of a check without its reason",
            "0 bytes",
            $"{Ratio.Text((double)bytes / fleet.Requests.Length)} bytes",
            $"{bytes} bytes in {fleet.Requests.Length} checks",
            bytes == 0);
    }

    /// <summary>The median of single operations, each with the clock's own 20 to 30 ns in it.</summary>
    private static double SingleP50(RequestAttributes[] requests, Func<RequestAttributes, bool> check, int samples) =>
        Percentiles.Median(requests.Length, samples, i => check(requests[i]) ? 1 : 0, i => RequestTexts.Touch(Window(requests, i, 1)));

    private static Contender Strings(CompiledPolicy policy, RequestAttributes[] requests) =>
        Batches(requests, Batch, w => Answers.CountAllowed(policy, Window(requests, w, Batch)));

    private static Contender Batches(RequestAttributes[] requests, int length, Func<int, long> run) =>
        Batches(length, run) with { Ready = w => RequestTexts.Touch(Window(requests, w, length)) };

    private static Contender Batches(int length, Func<int, long> run) => new(length, Fleet.RequestCount / length, run);

    private static ReadOnlySpan<T> Window<T>(T[] all, int window, int length) => all.AsSpan(window * length, length);

    private static long Sum(SixLookUps names, ReadOnlySpan<RequestAttributes> requests)
    {
        var sum = 0L;
        foreach (ref readonly var request in requests)
        {
            sum += names.Of(request);
        }

        return sum;
    }
}
