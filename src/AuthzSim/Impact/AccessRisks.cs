using System.Collections.Immutable;
using AuthzSim.Analysis;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Impact;

/// <summary>Finds what is dangerous in access that somebody gains.</summary>
public static class AccessRisks
{
    private const string NamespaceGroupPrefix = WellKnownUsers.ServiceAccounts + ":";
    private static readonly string[] _reading = ["get", "list", "watch"];

    /// <summary>
    /// The risks in gained access, the worst first; never none unless the access is empty. Access limited to named objects
    /// counts one step less.
    /// </summary>
    /// <param name="gained">The access.</param>
    public static ImmutableArray<AccessRisk> Of(AccessSet gained)
    {
        ArgumentNullException.ThrowIfNull(gained);
        if (gained.IsEmpty)
        {
            return [];
        }

        List<AccessRisk> risks = [.. Wildcards(gained)];
        if (!risks.Exists(r => r.Code == RiskCodes.WildcardEverything && r.Severity == Severity.Critical))
        {
            risks.AddRange(RiskPattern.All.Select(p => Match(p, gained)).OfType<AccessRisk>());
        }

        if (risks.Count == 0)
        {
            risks.Add(Harmless(gained));
        }

        return Ordered(risks);
    }

    /// <summary>The risk that lies in who gains; null when it is nobody special.</summary>
    /// <param name="who">Who gains.</param>
    /// <param name="gained">What.</param>
    internal static AccessRisk? OfReach(Subject who, AccessSet gained)
    {
        var isUrlsOnly = gained.Resources.IsEmpty;
        return who switch
        {
            { Kind: RbacNames.UserKind, Name: WellKnownUsers.Anonymous } or { Kind: RbacNames.GroupKind, Name: WellKnownUsers.Unauthenticated } =>
                new AccessRisk(
                    isUrlsOnly ? Severity.Medium : Severity.Critical, RiskCodes.Anonymous, "needs no credential: whoever reaches the server has it", gained),
            { Kind: RbacNames.GroupKind, Name: WellKnownUsers.Authenticated } =>
                new AccessRisk(isUrlsOnly ? Severity.Low : Severity.High, RiskCodes.AllAuthenticated, "everybody with any credential has it", gained),
            { Kind: RbacNames.GroupKind, Name: WellKnownUsers.ServiceAccounts } =>
                new AccessRisk(isUrlsOnly ? Severity.Low : Severity.High, RiskCodes.AllServiceAccounts, "every service account, and so every pod, has it", gained),
            { Kind: RbacNames.GroupKind, Name: var name } when name.StartsWith(NamespaceGroupPrefix, StringComparison.Ordinal) =>
                new AccessRisk(
                    isUrlsOnly ? Severity.Low : Severity.Medium, RiskCodes.AllServiceAccounts,
                    $"every service account of namespace {name[NamespaceGroupPrefix.Length..]} has it", gained),
            _ => null,
        };
    }

    internal static ImmutableArray<AccessRisk> Ordered(IEnumerable<AccessRisk> risks) => [.. risks.OrderByDescending(r => r.Severity)];

    private static AccessRisk? Match(RiskPattern pattern, AccessSet gained)
    {
        var access = gained.Intersect(pattern.Access);
        if (access.IsEmpty)
        {
            return null;
        }

        var resources = access.Rules.OfType<ResourceAccessRule>().ToList();
        var severity = resources.Exists(r => r.Namespaces.IsComplement || r.Namespaces.Contains("")) ? pattern.Everywhere : pattern.InNamespaces;
        var isNamed = resources.TrueForAll(r => !r.ResourceNames.IsComplement);
        return new AccessRisk(isNamed && severity > Severity.Low ? severity - 1 : severity, pattern.Code, pattern.Reason, access);
    }

    private static IEnumerable<AccessRisk> Wildcards(AccessSet gained)
    {
        foreach (var group in gained.Rules.OfType<ResourceAccessRule>().Where(r => r.Verbs.IsComplement || IsAnyResource(r)).GroupBy(WildcardOf))
        {
            var (severity, code, reason) = group.Key;
            var access = group.Aggregate(AccessSet.Empty, (set, rule) => set.Union(rule.ToAccessSet()));
            yield return new AccessRisk(severity, code, reason, access.Intersect(gained));
        }

        if (gained.Rules.OfType<UrlAccessRule>().Any(r => r.Urls.Patterns.Any(p => p is { IsPrefix: true, IsIncluded: true, Text: "" or "/" })))
        {
            yield return new AccessRisk(
                Severity.Medium, RiskCodes.WildcardUrls, "reaches every URL that is no resource, also those that come later",
                new AccessSet(AccessNode.Empty, gained.Urls));
        }
    }

    private static bool IsAnyResource(ResourceAccessRule rule) =>
        rule.Resources.Any(r => r.Resources.IsComplement && (r.Subresources.IsComplement || r.Subresources.Contains("")));

    private static (Severity Severity, string Code, string Reason) WildcardOf(ResourceAccessRule rule)
    {
        var isWide = rule.Namespaces.IsComplement;
        if (!IsAnyResource(rule))
        {
            return (isWide ? Severity.High : Severity.Medium, RiskCodes.WildcardVerbs, "all verbs, also those that come later");
        }

        if (rule.Verbs.IsComplement && rule.ApiGroups.IsComplement)
        {
            return isWide
                ? (Severity.Critical, RiskCodes.WildcardEverything, "all verbs on all resources of the cluster")
                : (Severity.High, RiskCodes.WildcardEverything, "all verbs on all resources of a namespace");
        }

        return rule.ApiGroups.IsComplement
            ? (Severity.High, RiskCodes.WildcardResources, "all resources of all API groups, also those that come later")
            : (isWide && rule.Verbs.IsComplement ? Severity.High : Severity.Medium, RiskCodes.WildcardResources,
                "all resources of an API group, also those that come later");
    }

    private static AccessRisk Harmless(AccessSet gained) =>
        gained.Rules.All(r => r is UrlAccessRule || (!r.Verbs.IsComplement && r.Verbs.Values.All(v => _reading.Contains(v, StringComparer.Ordinal))))
            ? new AccessRisk(Severity.Low, RiskCodes.Read, "reads only", gained)
            : new AccessRisk(Severity.Medium, RiskCodes.Write, "changes objects", gained);
}
