using System.Text;
using AuthzSim.Formats.Json;

namespace AuthzSim.Formats.Tests;

/// <summary>Loads text as if it came from standard input, without the engine's validation and the default policy.</summary>
internal static class Given
{
    public const string V1 = "rbac.authorization.k8s.io/v1";

    public static PolicyLoadOptions Options(byte[] input, int windowSize = JsonWindow.DefaultSize, int batchSize = 0) => new()
    {
        SkipInvalid = true,
        IncludeDefaultPolicy = false,
        StandardInput = new MemoryStream(input),
        Validate = _ => [],
        WindowSize = windowSize,
        BatchSize = batchSize,
    };

    public static PolicyLoadResult Load(string text) => Load(Encoding.UTF8.GetBytes(text));

    public static PolicyLoadResult Load(byte[] input, int windowSize = JsonWindow.DefaultSize, int batchSize = 0) =>
        PolicyLoader.Load(["-"], Options(input, windowSize, batchSize));

    /// <summary>Errors and warnings as <c>[code] place: text</c>, but for the warning that nothing was found.</summary>
    public static string[] Problems(string text) => Problems(Load(text));

    public static string[] Problems(PolicyLoadResult result) =>
    [
        .. result.Diagnostics.Where(d => d.Code != DiagnosticCodes.NothingFound).Select(d => $"[{d.Code}] {d}"),
    ];

    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", name);
}
