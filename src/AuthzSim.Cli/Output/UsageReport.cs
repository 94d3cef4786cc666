using System.Collections.Immutable;
using AuthzSim.Usages;

namespace AuthzSim.Cli.Output;

/// <summary>What a log says of the use of a policy.</summary>
/// <param name="Seen">The requests.</param>
/// <param name="Bindings">The bindings to list.</param>
internal sealed record UsageReport(SeenRequests Seen, ImmutableArray<BindingUsage> Bindings);
