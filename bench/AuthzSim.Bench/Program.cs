using System.Globalization;
using AuthzSim.Bench;
using AuthzSim.Bench.Ratios;
using AuthzSim.Bench.Servers;
using BenchmarkDotNet.Running;

// --ratios [--quick] [--rows NAME,…] [--output FILE]: the summary table, or some rows of it. --soak [MINUTES]: whether a server's
// memory stays flat under load. Anything else is BenchmarkDotNet's, --quick for short runs of one size.
var isQuick = args.Contains("--quick");
if (args.Contains("--ratios"))
{
    var output = args.SkipWhile(a => a != "--output").Skip(1).FirstOrDefault() ?? "BENCHMARKS.md";
    var rows = args.SkipWhile(a => a != "--rows").Skip(1).FirstOrDefault()?.Split(',') ?? [];
    RatioRun.Run(isQuick, output, rows);
    return 0;
}

if (args.Contains("--soak"))
{
    var minutes = double.Parse(args.SkipWhile(a => a != "--soak").Skip(1).FirstOrDefault() ?? "10", CultureInfo.InvariantCulture);
    return await Soak.RunAsync(TimeSpan.FromMinutes(minutes)) ? 0 : 1;
}

if (isQuick)
{
    FleetSizes.UseOne();
}

string[] rest = [.. args.Where(a => a != "--quick")];
var summaries = BenchmarkSwitcher.FromAssembly(typeof(FleetSizes).Assembly).Run(rest, BenchConfig.For(isQuick));
return summaries.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success)) ? 1 : 0;
