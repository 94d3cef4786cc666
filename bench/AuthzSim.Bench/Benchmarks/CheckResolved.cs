using AuthzSim.Bench.Fleets;
using AuthzSim.Compiled;
using AuthzSim.Requests;
using BenchmarkDotNet.Attributes;

namespace AuthzSim.Bench.Benchmarks;

/// <summary>
/// Subjects and actions resolved beforehand: no text is touched. A few subjects stay in the cache and stress the walk; all of
/// them miss it and stress memory. The floor is one look-up among as many users.
/// </summary>
[MemoryDiagnoser]
public class CheckResolved : FleetBenchmark
{
    private const int Batch = 4096;
    private const int Actions = 64;
    private const int Order = 1 << 17;

    private ResolvedSubject[] _subjects = [];
    private ResolvedAction[] _actions = [];
    private string[] _texts = [];

    /// <summary>How many subjects take turns at most.</summary>
    [Params(16, int.MaxValue)]
    public int Subjects { get; set; }

    protected override void Prepare()
    {
        var users = Fleet.Names.Users.Keys.Take(Subjects).ToArray();
        var subjects = users.Select(u => Fleet.Compiled.Resolve(UserInfo.Impersonated(u))).ToArray();
        var texts = users.Select(u => new string(u.AsSpan())).ToArray();
        int[] order = [.. Enumerable.Range(0, Order).Select(i => (int)(i * 2_654_435_761L % users.Length))];
        _subjects = [.. order.Select(i => subjects[i])];
        _texts = [.. order.Select(i => texts[i])];
        _actions = [.. Fleet.Requests.Where(r => r.IsResourceRequest).Take(Actions).Select(r => Fleet.Compiled.Resolve(r))];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public int OneFrozenDictionaryLookUp()
    {
        var sum = 0;
        foreach (var text in Cursor.Take(_texts, Batch))
        {
            Fleet.Names.Users.TryGetValue(text, out var id);
            sum += id;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int SubjectAndAction()
    {
        var allowed = 0;
        var subjects = Cursor.Take(_subjects, Batch);
        for (var i = 0; i < subjects.Length; i++)
        {
            allowed += subjects[i].Check(_actions[i % Actions]).IsAllowed ? 1 : 0;
        }

        return allowed;
    }
}
