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
    private readonly RuleWildcards _wildcards;
    private readonly ListedRule[] _listed;
    private readonly ListedRule[] _urls;
    private Entry[] _entries;
    private int _shift;

    public CompiledRole(RbacRole source, Vocabulary vocabulary)
        : this(source, Compile(source, vocabulary))
    {
    }

    /// <param name="source">The role.</param>
    /// <param name="rules">Its rules in ids; roles with equal rules may share them.</param>
    public CompiledRole(RbacRole source, ReadOnlySpan<ListedRule> rules)
    {
        Source = source;
        var (largest, listed, urls) = (0, 0, 0);
        foreach (var rule in rules)
        {
            urls += rule.Urls.IsEmpty ? 0 : 1;
            listed += rule.IsProduct ? 0 : 1;
            if (rule.IsProduct)
            {
                largest = Math.Max(largest, rule.ApiGroups.Length * rule.Resources.Length);
                _wildcards |= rule.Wildcards;
            }
        }

        (_listed, _urls) = (listed == 0 ? [] : new ListedRule[listed], urls == 0 ? [] : new ListedRule[urls]);
        (_entries, _shift) = NewEntries(largest);
        foreach (var rule in rules)
        {
            if (!rule.Urls.IsEmpty)
            {
                _urls[^urls--] = rule;
            }

            if (!rule.IsProduct)
            {
                _listed[^listed--] = rule;
            }
        }

        var count = 0;
        foreach (var rule in rules)
        {
            if (rule.IsProduct && rule.VerbMask != 0)
            {
                InsertProduct(rule, ref count);
            }
        }

        Filter = (_wildcards & ~RuleWildcards.ApiGroup) == RuleWildcards.None && _listed.Length == 0 && _urls.Length == 0 ? 0 : ulong.MaxValue;
        foreach (ref var entry in _entries.AsSpan())
        {
            Filter |= entry.Verbs == 0 ? 0 : FilterBit((int)(uint)entry.Key);
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

    /// <summary>Adds the role's number to the lists of the resources that some rule mentions, once to each.</summary>
    public void AddTo(List<int>[] rolesByResource, int role)
    {
        foreach (ref var entry in _entries.AsSpan())
        {
            if (entry.Verbs != 0)
            {
                AddOnce(rolesByResource[(int)(uint)entry.Key], role);
            }
        }

        foreach (var rule in _listed)
        {
            foreach (var resource in rule.Resources)
            {
                AddOnce(rolesByResource[resource], role);
            }
        }

        static void AddOnce(List<int> roles, int role)
        {
            if (roles.Count == 0 || roles[^1] != role)
            {
                roles.Add(role);
            }
        }
    }

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

        return (wildcards != RuleWildcards.None && AllowsByWildcard(action, wildcards)) || (_listed.Length > 0 && AllowsByList(action));
    }

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

    /// <summary>The first rule of the role that allows the request, judged by the specification.</summary>
    public PolicyRule FirstRule(RequestAttributes request) => Source.Rules.First(r => RuleMatcher.RuleAllows(request, r));

    private bool AllowsByWildcard(in ActionIds action, RuleWildcards wildcards)
    {
        var verbs = 0UL;
        if ((wildcards & RuleWildcards.Resource) != 0)
        {
            verbs |= VerbsOn(action.ApiGroup, Vocabulary.All);
        }

        if ((wildcards & RuleWildcards.ApiGroup) != 0)
        {
            verbs |= VerbsOn(Vocabulary.All, action.Resource);
            verbs |= VerbsOn(Vocabulary.All, Vocabulary.All);
        }

        if ((wildcards & RuleWildcards.Subresource) != 0 && action.SubresourceOfAll >= 0)
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
        for (var i = (int)(Spread(key) >> _shift); ; i = (i + 1) & (_entries.Length - 1))
        {
            ref var entry = ref Unsafe.Add(ref entries, i);
            if (entry.Verbs == 0 || entry.Key == key)
            {
                return entry.Verbs;
            }
        }
    }

    private static ListedRule[] Compile(RbacRole source, Vocabulary vocabulary)
    {
        var rules = new ListedRule[source.Rules.Length];
        for (var i = 0; i < rules.Length; i++)
        {
            rules[i] = new ListedRule(source.Rules[i], vocabulary);
        }

        return rules;
    }

    private static (Entry[] Entries, int Shift) NewEntries(int count)
    {
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, count * 2));
        return (new Entry[capacity], 64 - BitOperations.Log2((uint)capacity));
    }

    private void InsertProduct(ListedRule rule, ref int count)
    {
        foreach (var group in rule.ApiGroups)
        {
            foreach (var resource in rule.Resources)
            {
                if (!Insert(KeyOf(group, resource), rule.VerbMask))
                {
                    continue;
                }

                count++;
                if (count * 2 > _entries.Length)
                {
                    Grow();
                }
            }
        }
    }

    private bool Insert(ulong key, ulong verbs)
    {
        var i = (int)(Spread(key) >> _shift);
        while (_entries[i].Verbs != 0 && _entries[i].Key != key)
        {
            i = (i + 1) & (_entries.Length - 1);
        }

        var isNew = _entries[i].Verbs == 0;
        _entries[i] = new Entry { Key = key, Verbs = _entries[i].Verbs | verbs };
        return isNew;
    }

    private void Grow()
    {
        var old = _entries;
        (_entries, _shift) = NewEntries(old.Length);
        foreach (ref var entry in old.AsSpan())
        {
            if (entry.Verbs != 0)
            {
                Insert(entry.Key, entry.Verbs);
            }
        }
    }

    private static ulong KeyOf(int apiGroup, int resource) => (ulong)(uint)apiGroup << 32 | (uint)resource;

    private static ulong Spread(ulong key) => (key ^ (key >> 29)) * 0x9E3779B97F4A7C15;

    private struct Entry
    {
        public ulong Key;
        public ulong Verbs;
    }
}
