using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>A rule in ids, matched list by list.</summary>
internal sealed class ListedRule
{
    public ListedRule(PolicyRule rule, Vocabulary vocabulary)
    {
        Verbs = IdsOf(rule.Verbs, vocabulary.Verbs);
        ApiGroups = IdsOf(rule.ApiGroups, vocabulary.ApiGroups);
        Resources = IdsOf(rule.Resources, vocabulary.Resources);
        Names = rule.ResourceNames;
        Urls = rule.NonResourceUrls;
        Wildcards = WildcardsOf(rule);
        foreach (var verb in Verbs)
        {
            VerbMask |= verb == Vocabulary.All ? ulong.MaxValue : verb < Vocabulary.VerbBits ? Vocabulary.BitOf(verb) : 0;
            HasVerbWithoutBit |= verb >= Vocabulary.VerbBits;
        }

        IsProduct = Names.IsEmpty && !HasVerbWithoutBit
            && Array.TrueForAll(ApiGroups, static g => RoleGrants.CanPair(g, 0)) && Array.TrueForAll(Resources, static r => RoleGrants.CanPair(0, r));
    }

    public int[] Verbs { get; }

    public int[] ApiGroups { get; }

    public int[] Resources { get; }

    public ImmutableArray<string> Names { get; }

    public ImmutableArray<string> Urls { get; }

    public RuleWildcards Wildcards { get; }

    /// <summary>True when the rule says no more than: these verbs on the product of these groups and resources.</summary>
    public bool IsProduct { get; }

    public ulong VerbMask { get; }

    private bool HasVerbWithoutBit { get; }

    public bool MatchesVerb(int verbId, ulong verbBit) =>
        (VerbMask & verbBit) != 0 || (verbId >= Vocabulary.VerbBits && Verbs.AsSpan().Contains(verbId));

    public bool Matches(in ActionIds action) =>
        MatchesVerb(action.VerbId, action.VerbBit)
        && HasOrAll(ApiGroups, action.ApiGroup)
        && (HasOrAll(Resources, action.Resource) || (action.SubresourceOfAll >= 0 && Resources.AsSpan().Contains(action.SubresourceOfAll)))
        && (Names.IsEmpty || HasName(action.Name));

    private bool HasName(ReadOnlySpan<char> name)
    {
        foreach (var known in Names)
        {
            if (name.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }

    public bool MatchesUrl(string path)
    {
        foreach (var url in Urls)
        {
            if (url == path || (url.EndsWith('*') && path.AsSpan().StartsWith(url.AsSpan().TrimEnd('*'), StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private static RuleWildcards WildcardsOf(PolicyRule rule) =>
        (rule.ApiGroups.Contains(RbacNames.All) ? RuleWildcards.ApiGroup : RuleWildcards.None)
        | (rule.Resources.Contains(RbacNames.All) ? RuleWildcards.Resource : RuleWildcards.None)
        | (rule.Resources.Any(static r => r.StartsWith("*/", StringComparison.Ordinal)) ? RuleWildcards.Subresource : RuleWildcards.None);

    private static bool HasOrAll(int[] ids, int id) =>
        ids.AsSpan().Contains(Vocabulary.All) || (id >= 0 && ids.AsSpan().Contains(id));

    private static int[] IdsOf(ImmutableArray<string> names, NameTable<Word> table)
    {
        var ids = new int[names.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = table.IdOf(names[i]);
        }

        return ids;
    }
}

/// <summary>Which sides of a rule are open.</summary>
[Flags]
internal enum RuleWildcards : byte
{
    None = 0,
    ApiGroup = 1,
    Resource = 2,
    Subresource = 4,
}
