using AuthzSim.Bench;
using AuthzSim.Bench.Ratios;
using BenchmarkDotNet.Running;

// --ratios [--quick] [--output FILE]: the summary table. Anything else is BenchmarkDotNet's, --quick for short runs of one size.
var isQuick = args.Contains("--quick");
if (args.Contains("--ratios"))
{
    var output = args.SkipWhile(a => a != "--output").Skip(1).FirstOrDefault() ?? "BENCHMARKS.md";
    RatioRun.Run(isQuick, output);
    return 0;
}

if (isQuick)
{
    FleetSizes.UseOne();
}

string[] rest = [.. args.Where(a => a != "--quick")];
var summaries = BenchmarkSwitcher.FromAssembly(typeof(FleetSizes).Assembly).Run(rest, BenchConfig.For(isQuick));
return summaries.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success)) ? 1 : 0;
