namespace AuthzSim.Cli.Output;

/// <summary>The values of <c>-o</c>.</summary>
internal static class OutputFormat
{
    public const string Text = "text";
    public const string Markdown = "markdown";
    public const string Sarif = "sarif";
    public const string Csv = "csv";
    public const string Html = "html";
    public const string Json = "json";
    public const string JUnit = "junit";
    public const string Yaml = "yaml";
    public const string Name = "name";
    public const string Table = "table";
    public const string Wide = "wide";

    /// <summary>The format asked for, null when none was; case does not matter, as with kubectl's printers.</summary>
    /// <exception cref="CommandException">The format is not among the allowed ones.</exception>
    public static string? Parse(string? value, params ReadOnlySpan<string> allowed)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        var lower = value.ToLowerInvariant();
        return allowed.Contains(lower)
            ? lower
            : throw new CommandException(
                $"unable to match a printer suitable for the output format \"{value}\", allowed formats are: {string.Join(',', allowed!)}");
    }
}
