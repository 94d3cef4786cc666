using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace AuthzSim.Bench;

/// <summary>
/// How BenchmarkDotNet runs here: inside this process, where fleets of a million bindings are made once a class and not once
/// a benchmark, and where no generated project trips over central package versions. It measures benchmarks one after the
/// other; ratios that matter are measured turn by turn instead, see <see cref="Ratios.Interleaved"/>.
/// </summary>
internal static class BenchConfig
{
    private const int QuickIterations = 3;

    // A benchmark that loads a million bindings from YAML takes minutes.
    private static readonly TimeSpan _timeout = TimeSpan.FromHours(1);

    public static IConfig For(bool isQuick)
    {
        var job = Job.Default.WithToolchain(new InProcessEmitToolchain(_timeout, logOutput: true));
        return DefaultConfig.Instance.AddJob(isQuick
            ? job.WithWarmupCount(1).WithIterationCount(QuickIterations).WithIterationTime(TimeInterval.FromMilliseconds(100)).WithId("quick")
            : job.WithId("full"));
    }
}
