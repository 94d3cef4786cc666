using AuthzSim.Bench;
using AuthzSim.Bench.Ratios;
using BenchmarkDotNet.Running;

// --ratios [--quick] [--rows NAME,…] [--output FILE]: the summary table, or some rows of it. Anything else is BenchmarkDotNet's, --quick for short runs of one size.
var isQuick = args.Contains("--quick");
if (args.Contains("--ratios"))
{
    var output = args.SkipWhile(a => a != "--output").Skip(1).FirstOrDefault() ?? "BENCHMARKS.md";
    var rows = args.SkipWhile(a => a != "--rows").Skip(1).FirstOrDefault()?.Split(',') ?? [];
    RatioRun.Run(isQuick, output, rows);
    return 0;
}

if (isQuick)
{
    FleetSizes.UseOne();
}

string[] rest = [.. args.Where(a => a != "--quick")];
var summaries = BenchmarkSwitcher.FromAssembly(typeof(FleetSizes).Assembly).Run(rest, BenchConfig.For(isQuick));
return summaries.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success)) ? 1 : 0;
