using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace AuthzSim.Bench.Ratios;

/// <summary>The summary as a Markdown table.</summary>
internal static class RatioReport
{
    public static string Of(IEnumerable<Ratio> ratios, string command, int bindings, TimeSpan took)
    {
        var text = new StringBuilder();
        text.AppendLine("# Benchmarks")
            .AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"Measured in one process with `{command}`: {bindings:N0} bindings unless said, on")
            .AppendLine(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores of {Processor()}, {RuntimeInformation.FrameworkDescription}, in {took.TotalSeconds:0} s.")
            .AppendLine("Contenders take turns in short batches and the median counts, so compare within the table, not between runs.")
            .AppendLine()
            .AppendLine("| what | goal | measured | reached | from |")
            .AppendLine("| --- | --- | --- | --- | --- |");
        foreach (var ratio in ratios)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {ratio.What} | {ratio.Goal} | {ratio.Measured} | {(ratio.IsMet ? "yes" : "no")} | {ratio.Numbers} |");
        }

        return text.ToString();
    }

    private static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        var line = File.Exists(Info)
            ? File.ReadLines(Info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
