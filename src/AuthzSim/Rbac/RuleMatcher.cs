using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Rbac;

/// <summary>
/// Does a rule allow a request? Function for function upstream's <c>pkg/apis/rbac/v1/evaluation_helpers.go</c> and
/// <c>RuleAllows</c> of <c>plugin/pkg/auth/authorizer/rbac/rbac.go</c>. This is the specification: it is read, not tuned.
/// </summary>
public static class RuleMatcher
{
    /// <summary>True when some rule of the list allows the request.</summary>
    /// <param name="attributes">The request.</param>
    /// <param name="rules">The rules.</param>
    public static bool RulesAllow(in RequestAttributes attributes, ImmutableArray<PolicyRule> rules)
    {
        foreach (var rule in rules)
        {
            if (RuleAllows(attributes, rule))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when this one rule allows the request.</summary>
    /// <param name="attributes">The request.</param>
    /// <param name="rule">The rule.</param>
    public static bool RuleAllows(in RequestAttributes attributes, PolicyRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (!attributes.IsResourceRequest)
        {
            return VerbMatches(rule, attributes.Verb) && NonResourceUrlMatches(rule, attributes.Path);
        }

        var combined = attributes.Subresource.Length == 0 ? attributes.Resource : $"{attributes.Resource}/{attributes.Subresource}";
        return VerbMatches(rule, attributes.Verb)
            && ApiGroupMatches(rule, attributes.ApiGroup)
            && ResourceMatches(rule, combined, attributes.Subresource)
            && ResourceNameMatches(rule, attributes.Name);
    }

    /// <summary>Some verb is <c>*</c> or equals the requested one.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="requestedVerb">The verb asked for.</param>
    public static bool VerbMatches(PolicyRule rule, string requestedVerb) => HasOrAll(rule.Verbs, requestedVerb);

    /// <summary>Some API group is <c>*</c> or equals the requested one.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="requestedGroup">The group asked for.</param>
    public static bool ApiGroupMatches(PolicyRule rule, string requestedGroup) => HasOrAll(rule.ApiGroups, requestedGroup);

    /// <summary>
    /// Some resource is <c>*</c>, equals the requested <c>resource</c> or <c>resource/subresource</c>, or is
    /// <c>*/subresource</c>. <c>pods/*</c> is no wildcard.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="combinedRequestedResource">The resource asked for, with <c>/subresource</c> if there is one.</param>
    /// <param name="requestedSubresource">The subresource asked for, or <c>""</c>.</param>
    public static bool ResourceMatches(PolicyRule rule, string combinedRequestedResource, string requestedSubresource)
    {
        foreach (var resource in rule.Resources)
        {
            if (resource == RbacNames.All
                || resource == combinedRequestedResource
                || (requestedSubresource.Length > 0 && resource == $"*/{requestedSubresource}"))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>No names at all, or the requested one among them; <c>*</c> is a name like any other.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="requestedName">The name asked for, or <c>""</c>.</param>
    public static bool ResourceNameMatches(PolicyRule rule, string requestedName) =>
        rule.ResourceNames.IsEmpty || rule.ResourceNames.Contains(requestedName);

    /// <summary>
    /// Some URL is <c>*</c>, equals the requested path, or ends in <c>*</c> and the path starts with what remains when all
    /// trailing <c>*</c> are removed.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="requestedUrl">The path asked for.</param>
    public static bool NonResourceUrlMatches(PolicyRule rule, string requestedUrl)
    {
        ArgumentNullException.ThrowIfNull(requestedUrl);
        foreach (var url in rule.NonResourceUrls)
        {
            if (url == RbacNames.All
                || url == requestedUrl
                || (url.EndsWith('*') && requestedUrl.StartsWith(url.TrimEnd('*'), StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasOrAll(ImmutableArray<string> list, string requested) =>
        list.Contains(RbacNames.All) || list.Contains(requested);
}
