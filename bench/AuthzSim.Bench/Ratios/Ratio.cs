using System.Globalization;

namespace AuthzSim.Bench.Ratios;

/// <summary>One row of the summary.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Goal">What was aimed for.</param>
/// <param name="Measured">The ratio, or the figure where the goal is none.</param>
/// <param name="Numbers">The numbers it was made from.</param>
/// <param name="IsMet">Is the goal reached?</param>
internal sealed record Ratio(string What, string Goal, string Measured, string Numbers, bool IsMet)
{
    /// <summary>A ratio that must not be more than its goal.</summary>
    public static Ratio AtMost(double goal, string what, (string Name, double Nanoseconds) part, (string Name, double Nanoseconds) whole)
    {
        var ratio = part.Nanoseconds / whole.Nanoseconds;
        return new Ratio(what, $"at most {Text(goal)}", Text(ratio), Both(part, whole), ratio <= goal);
    }

    /// <summary>A ratio that must not be less than its goal.</summary>
    public static Ratio AtLeast(double goal, string what, (string Name, double Nanoseconds) part, (string Name, double Nanoseconds) whole)
    {
        var ratio = part.Nanoseconds / whole.Nanoseconds;
        return new Ratio(what, $"at least {Text(goal)}", Text(ratio), Both(part, whole), ratio >= goal);
    }

    /// <summary>A number with three digits that count; small ones as one in so many.</summary>
    public static string Text(double value) => value switch
    {
        > 0 and < 0.001 => string.Create(CultureInfo.InvariantCulture, $"1/{1 / value:N0}"),
        >= 100 => string.Create(CultureInfo.InvariantCulture, $"{value:N0}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.###}"),
    };

    private static string Both((string Name, double Nanoseconds) part, (string Name, double Nanoseconds) whole) =>
        $"{part.Name} {Time(part.Nanoseconds)}, {whole.Name} {Time(whole.Nanoseconds)}";

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0.#} ns"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.#} µs"),
        < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.#} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.##} s"),
    };
}
