using System.Collections.Immutable;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;
using AuthzSim.Formats.Manifests;
using AuthzSim.Rbac;

namespace AuthzSim.Formats;

/// <summary>
/// The roles and bindings an API server makes when it starts
/// (upstream: <c>plugin/pkg/auth/authorizer/rbac/bootstrappolicy</c>).
/// </summary>
public static class DefaultPolicy
{
    /// <summary>The path of its locations.</summary>
    public const string Path = "(default policy)";

    private const string Resource = "bootstrap-policy.json";
    private static readonly Lazy<PolicySet> _policy136 = new(Read);

    /// <summary>The default policy of Kubernetes v1.36; its locations have <see cref="Path"/>.</summary>
    public static PolicySet Kubernetes136 => _policy136.Value;

    private static PolicySet Read()
    {
        using var stream = typeof(DefaultPolicy).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the assembly lacks its resource {Resource}");
        var diagnostics = new DiagnosticBag();
        var builder = new PolicyBuilder(diagnostics, static _ => ImmutableArray<FieldError>.Empty);
        var progress = new ReadingProgress(null, CancellationToken.None);
        var window = new JsonWindow(stream, new TextLocator(Path, 1, 1), progress, (int)stream.Length + 1);
        new ManifestReader(window, new ReadingContext(diagnostics, builder, progress)).ReadAll();
        return builder.Build();
    }
}
