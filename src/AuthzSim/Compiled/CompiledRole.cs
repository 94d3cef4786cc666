using AuthzSim.Rbac;

namespace AuthzSim.Compiled;

/// <summary>
/// A role compiled once for all its bindings. Rules without names become a little table from (API group, resource), as
/// written, to the verbs granted on them; since a rule is a product of sets, the union of verbs over such pairs says the
/// same as the rules. Rules with names, or with a verb beyond the bits of a word, are kept in ids and matched one by one.
/// </summary>
internal sealed class CompiledRole
{
    private readonly RuleWildcards _wildcards;
    private readonly ListedRule[] _listed;
    private readonly ListedRule[] _urls;

    public CompiledRole(RoleRecord record, RoleGrants grants, RuleWildcards wildcards, ListedRule[] listed, ListedRule[] urls)
    {
        (Record, Grants, _wildcards, _listed, _urls) = (record, grants, wildcards, listed, urls);
        Filter = (_wildcards & ~RuleWildcards.ApiGroup) == RuleWildcards.None && _listed.Length == 0 && _urls.Length == 0 ? 0 : ulong.MaxValue;
        for (var i = 0; i < Grants.Count; i++)
        {
            Filter |= FilterBit(Grants.ResourceAt(i));
        }
    }

    /// <summary>Compiles a role whose rules have names of a vocabulary.</summary>
    /// <param name="source">The role.</param>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="pathId">The number of a path, -1 for none.</param>
    public static CompiledRole Of(RbacRole source, Vocabulary vocabulary, Func<string?, int> pathId) =>
        new RoleCompiler(vocabulary).Compile(RoleRecord.Of(source, vocabulary, pathId));

    /// <summary>What the rules without names grant.</summary>
    public RoleGrants Grants { get; }

    /// <summary>True when the grants are not all there is to the role.</summary>
    public bool HasMoreThanGrants => _wildcards != RuleWildcards.None || _listed.Length > 0;

    /// <summary>Has the bit of every resource the role may allow; what has no bit of its own is in all of them.</summary>
    public ulong Filter { get; }

    /// <summary>The role as it was given.</summary>
    public RoleRecord Record { get; }

    /// <summary>True when some rule is about URLs.</summary>
    public bool HasUrls => _urls.Length > 0;

    /// <summary>Ids of every resource, as written, that some rule mentions; a role is found by them.</summary>
    public IEnumerable<int> ResourceIds() =>
        Enumerable.Range(0, Grants.Count).Select(Grants.ResourceAt).Concat(_listed.SelectMany(l => l.Resources)).Distinct();

    /// <summary>Counts the role at each resource that some rule mentions, once, and adds its number to the resource's list, if there are lists.</summary>
    /// <param name="role">The role's number, larger than those before.</param>
    /// <param name="counts">How many roles each resource has.</param>
    /// <param name="last">The last role of each resource, and one.</param>
    /// <param name="lists">Lists with room for the role.</param>
    public void Mention(int role, int[] counts, int[] last, int[][]? lists)
    {
        for (var i = 0; i < Grants.Count; i++)
        {
            MentionOnce(Grants.ResourceAt(i));
        }

        foreach (var rule in _listed)
        {
            foreach (var resource in rule.Resources)
            {
                MentionOnce(resource);
            }
        }

        void MentionOnce(int resource)
        {
            if (last[resource] == role + 1)
            {
                return;
            }

            last[resource] = role + 1;
            if (lists is not null)
            {
                lists[resource][counts[resource]] = role;
            }

            counts[resource]++;
        }
    }

    public static ulong FilterBit(int resource) => 1UL << (int)(((uint)resource * 0x9E3779B1u) >> 26);

    /// <summary>Does the role allow a resource request?</summary>
    public bool Allows(in ActionIds action) =>
        (Grants.VerbsOn(action.ApiGroup, action.Resource) & action.VerbBit) != 0 || AllowsBeyondGrants(action);

    /// <summary>Do wildcards or rules with names allow a resource request?</summary>
    public bool AllowsBeyondGrants(in ActionIds action) =>
        (_wildcards != RuleWildcards.None && AllowsByWildcard(action, _wildcards)) || (_listed.Length > 0 && AllowsByList(action));

    /// <summary>Does the role allow a non-resource request?</summary>
    public bool AllowsUrl(int verbId, ulong verbBit, string path)
    {
        foreach (var rule in _urls)
        {
            if (rule.MatchesVerb(verbId, verbBit) && rule.MatchesUrl(path))
            {
                return true;
            }
        }

        return false;
    }

    private bool AllowsByWildcard(in ActionIds action, RuleWildcards wildcards)
    {
        var verbs = 0UL;
        if ((wildcards & RuleWildcards.Resource) != 0)
        {
            verbs |= Grants.VerbsOn(action.ApiGroup, Vocabulary.All);
        }

        if ((wildcards & RuleWildcards.ApiGroup) != 0)
        {
            verbs |= Grants.VerbsOn(Vocabulary.All, action.Resource);
            verbs |= Grants.VerbsOn(Vocabulary.All, Vocabulary.All);
        }

        if ((wildcards & RuleWildcards.Subresource) != 0 && action.SubresourceOfAll >= 0)
        {
            verbs |= Grants.VerbsOn(action.ApiGroup, action.SubresourceOfAll);
            verbs |= Grants.VerbsOn(Vocabulary.All, action.SubresourceOfAll);
        }

        return (verbs & action.VerbBit) != 0;
    }

    private bool AllowsByList(in ActionIds action)
    {
        foreach (var rule in _listed)
        {
            if (rule.Matches(action))
            {
                return true;
            }
        }

        return false;
    }
}
