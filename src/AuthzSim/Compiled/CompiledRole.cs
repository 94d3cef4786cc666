using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>
/// A role compiled once for all its bindings. Rules without names become a little hash table from (API group, resource), as
/// written, to the verbs granted on them; since a rule is a product of sets, the union of verbs over such pairs says the
/// same as the rules. Rules with names, or with a verb beyond the bits of a word, are kept in ids and matched one by one.
/// </summary>
internal sealed class CompiledRole
{
    private readonly Entry[] _entries;
    private readonly int _shift;
    private readonly Wildcards _wildcards;
    private readonly ListedRule[] _listed;
    private readonly UrlRule[] _urls;

    public CompiledRole(RbacRole source, Vocabulary vocabulary)
    {
        Source = source;
        var verbs = new Dictionary<ulong, ulong>();
        List<ListedRule> listed = [];
        List<UrlRule> urls = [];
        foreach (var rule in source.Rules)
        {
            var compiled = new ListedRule(rule, vocabulary);
            if (!rule.NonResourceUrls.IsEmpty)
            {
                urls.Add(new UrlRule(rule, compiled));
            }

            if (compiled.Names.Length > 0 || compiled.HasVerbWithoutBit)
            {
                listed.Add(compiled);
            }
            else
            {
                AddProduct(verbs, compiled);
                _wildcards |= WildcardsOf(rule);
            }
        }

        _listed = [.. listed];
        _urls = [.. urls];
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)(verbs.Count + (verbs.Count >> 2) + 1));
        _entries = new Entry[capacity];
        _shift = 63 - BitOperations.Log2((uint)capacity);
        Filter = (_wildcards & ~Wildcards.ApiGroup) == Wildcards.None && _listed.Length == 0 && _urls.Length == 0 ? 0 : ulong.MaxValue;
        foreach (var (key, mask) in verbs)
        {
            Insert(key, mask);
            Filter |= FilterBit((int)(uint)key);
        }
    }

    /// <summary>Has the bit of every resource the role may allow; what has no bit of its own is in all of them.</summary>
    public ulong Filter { get; }

    /// <summary>The role as it was given.</summary>
    public RbacRole Source { get; }

    /// <summary>True when some rule is about URLs.</summary>
    public bool HasUrls => _urls.Length > 0;

    /// <summary>Ids of every resource, as written, that some rule mentions; a role is found by them.</summary>
    public IEnumerable<int> ResourceIds() =>
        _entries.Where(e => e.Verbs != 0).Select(e => (int)(uint)e.Key).Concat(_listed.SelectMany(l => l.Resources)).Distinct();

    public static ulong FilterBit(int resource) => 1UL << (int)(((uint)resource * 0x9E3779B1u) >> 26);

    /// <summary>Does the role allow a resource request?</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Allows(in ActionIds action)
    {
        var wildcards = _wildcards;
        if ((VerbsOn(action.ApiGroup, action.Resource) & action.VerbBit) != 0)
        {
            return true;
        }

        return (wildcards != Wildcards.None && AllowsByWildcard(action, wildcards)) || (_listed.Length > 0 && AllowsByList(action));
    }

    /// <summary>Does the role allow a non-resource request?</summary>
    public bool AllowsUrl(int verbId, ulong verbBit, string path)
    {
        foreach (var rule in _urls)
        {
            if (rule.Verbs.MatchesVerb(verbId, verbBit) && rule.Matches(path))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first rule of the role that allows the request, judged by the specification.</summary>
    public PolicyRule FirstRule(RequestAttributes request) => Source.Rules.First(r => RuleMatcher.RuleAllows(request, r));

    private bool AllowsByWildcard(in ActionIds action, Wildcards wildcards)
    {
        var verbs = 0UL;
        if ((wildcards & Wildcards.Resource) != 0)
        {
            verbs |= VerbsOn(action.ApiGroup, Vocabulary.All);
        }

        if ((wildcards & Wildcards.ApiGroup) != 0)
        {
            verbs |= VerbsOn(Vocabulary.All, action.Resource);
            verbs |= VerbsOn(Vocabulary.All, Vocabulary.All);
        }

        if ((wildcards & Wildcards.Subresource) != 0 && action.SubresourceOfAll >= 0)
        {
            verbs |= VerbsOn(action.ApiGroup, action.SubresourceOfAll);
            verbs |= VerbsOn(Vocabulary.All, action.SubresourceOfAll);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong VerbsOn(int apiGroup, int resource)
    {
        var key = KeyOf(apiGroup, resource);
        ref var entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        for (var i = (int)(Spread(key) >> 1 >> _shift); ; i = (i + 1) & (_entries.Length - 1))
        {
            ref var entry = ref Unsafe.Add(ref entries, i);
            if (entry.Verbs == 0 || entry.Key == key)
            {
                return entry.Verbs;
            }
        }
    }

    private void Insert(ulong key, ulong verbs)
    {
        var i = (int)(Spread(key) >> 1 >> _shift);
        while (_entries[i].Verbs != 0)
        {
            i = (i + 1) & (_entries.Length - 1);
        }

        _entries[i] = new Entry { Key = key, Verbs = verbs };
    }

    private static void AddProduct(Dictionary<ulong, ulong> verbs, ListedRule rule)
    {
        if (rule.VerbMask == 0)
        {
            return;
        }

        foreach (var group in rule.ApiGroups)
        {
            foreach (var resource in rule.Resources)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(verbs, KeyOf(group, resource), out _) |= rule.VerbMask;
            }
        }
    }

    private static Wildcards WildcardsOf(PolicyRule rule) =>
        (rule.ApiGroups.Contains(RbacNames.All) ? Wildcards.ApiGroup : Wildcards.None)
        | (rule.Resources.Contains(RbacNames.All) ? Wildcards.Resource : Wildcards.None)
        | (rule.Resources.Any(r => r.StartsWith("*/", StringComparison.Ordinal)) ? Wildcards.Subresource : Wildcards.None);

    private static ulong KeyOf(int apiGroup, int resource) => (ulong)(uint)apiGroup << 32 | (uint)resource;

    private static ulong Spread(ulong key) => (key ^ (key >> 29)) * 0x9E3779B97F4A7C15;

    [Flags]
    private enum Wildcards : byte
    {
        None = 0,
        ApiGroup = 1,
        Resource = 2,
        Subresource = 4,
    }

    private struct Entry
    {
        public ulong Key;
        public ulong Verbs;
    }
}

/// <summary>A rule in ids, matched list by list.</summary>
internal sealed class ListedRule
{
    public ListedRule(PolicyRule rule, Vocabulary vocabulary)
    {
        Verbs = IdsOf(rule.Verbs, vocabulary.Verbs);
        ApiGroups = IdsOf(rule.ApiGroups, vocabulary.ApiGroups);
        Resources = IdsOf(rule.Resources, vocabulary.Resources);
        Names = rule.ResourceNames;
        foreach (var verb in Verbs)
        {
            VerbMask |= verb == Vocabulary.All ? ulong.MaxValue : verb < Vocabulary.VerbBits ? Vocabulary.BitOf(verb) : 0;
            HasVerbWithoutBit |= verb >= Vocabulary.VerbBits;
        }
    }

    public int[] Verbs { get; }

    public int[] ApiGroups { get; }

    public int[] Resources { get; }

    public ImmutableArray<string> Names { get; }

    public ulong VerbMask { get; }

    public bool HasVerbWithoutBit { get; }

    public bool MatchesVerb(int verbId, ulong verbBit) =>
        (VerbMask & verbBit) != 0 || (verbId >= Vocabulary.VerbBits && Verbs.AsSpan().Contains(verbId));

    public bool Matches(in ActionIds action) =>
        MatchesVerb(action.VerbId, action.VerbBit)
        && HasOrAll(ApiGroups, action.ApiGroup)
        && (HasOrAll(Resources, action.Resource) || (action.SubresourceOfAll >= 0 && Resources.AsSpan().Contains(action.SubresourceOfAll)))
        && (Names.IsEmpty || Names.AsSpan().Contains(action.Name));

    private static bool HasOrAll(int[] ids, int id) =>
        ids.AsSpan().Contains(Vocabulary.All) || (id >= 0 && ids.AsSpan().Contains(id));

    private static int[] IdsOf(ImmutableArray<string> names, NameTable<byte> table)
    {
        var ids = new int[names.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = table.IdOf(names[i]);
        }

        return ids;
    }
}

/// <summary>The URL side of a rule.</summary>
internal sealed class UrlRule(PolicyRule rule, ListedRule verbs)
{
    public ListedRule Verbs => verbs;

    public bool Matches(string path)
    {
        foreach (var url in rule.NonResourceUrls)
        {
            if (url == path || (url.EndsWith('*') && path.AsSpan().StartsWith(url.AsSpan().TrimEnd('*'), StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }
}
