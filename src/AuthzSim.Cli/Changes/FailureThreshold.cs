using AuthzSim.Impact;

namespace AuthzSim.Cli.Changes;

/// <summary>Which differences make a command exit with 1: the values of <c>--fail-on</c>.</summary>
internal sealed class FailureThreshold
{
    public const string Any = "any";
    public const string Gain = "gain";
    public const string Loss = "loss";
    public const string Never = "never";
    public const string SeverityPrefix = "severity=";

    private readonly Func<AssessedDiff, bool> _isFailure;

    private FailureThreshold(Func<AssessedDiff, bool> isFailure) => _isFailure = isFailure;

    /// <summary>Reads values of the flag; any of them may be met. Without any, every difference counts.</summary>
    /// <exception cref="CommandException">A value is none of them.</exception>
    public static FailureThreshold Parse(IReadOnlyCollection<string> values)
    {
        var conditions = (values.Count == 0 ? [Any] : values).Select(ConditionOf).ToList();
        return new FailureThreshold(diff => conditions.Exists(c => c(diff)));
    }

    public bool IsMetBy(AssessedDiff diff) => _isFailure(diff);

    private static Func<AssessedDiff, bool> ConditionOf(string value)
    {
        switch (value)
        {
            case Any: return d => d.HasGain || d.HasLoss;
            case Gain: return d => d.HasGain;
            case Loss: return d => d.HasLoss;
            case Never: return _ => false;
        }

        if (value.StartsWith(SeverityPrefix, StringComparison.Ordinal)
            && Enum.GetValues<Severity>().Where(s => s.ToString().Equals(value[SeverityPrefix.Length..], StringComparison.OrdinalIgnoreCase)).ToList() is [var severity])
        {
            return d => d.Severity >= severity;
        }

        throw new CommandException(
            $"--fail-on {value}: expected any, gain, loss, never, or severity= with low, medium, high or critical", CommandException.BadInput);
    }
}
