using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Compiled;

/// <summary>
/// The verbs, API groups and resources that rules mention, each as a small id. Id 0 of each table is
/// <c>*</c>. Immutable.
/// </summary>
internal sealed record Vocabulary(
    NameTable<Word> Verbs, NameTable<Word> ApiGroups, NameTable<Word> Resources)
{
    /// <summary>The id of what no rule mentions; only wildcards match it.</summary>
    public const int Unknown = -1;

    /// <summary>The id of <c>*</c>.</summary>
    public const int All = 0;

    /// <summary>Verbs with a bit of their own; a rule that mentions a later one is matched one by one.</summary>
    public const int VerbBits = 63;

    /// <summary>Bit of every verb without one of its own: set by the verb <c>*</c> alone.</summary>
    public const ulong OtherVerb = 1UL << VerbBits;

    private const int CombinedOnStack = 256;

    /// <summary>The names of these rules.</summary>
    public static Vocabulary Of(IEnumerable<PolicyRule> rules)
    {
        WordsBuilder verbs = new(), groups = new(), resources = new();
        foreach (var rule in rules)
        {
            verbs.AddAll(rule.Verbs.AsSpan());
            groups.AddAll(rule.ApiGroups.AsSpan());
            resources.AddAll(rule.Resources.AsSpan());
        }

        return new Vocabulary(verbs.Build(), groups.Build(), resources.Build());
    }

    /// <summary>The vocabulary whose ids are the places of names in lists; null when one does not begin with <c>*</c> or has a name twice.</summary>
    public static Vocabulary? Of(ReadOnlySpan<string> verbs, ReadOnlySpan<string> apiGroups, ReadOnlySpan<string> resources) =>
        WordsOf(verbs) is { } verbWords && WordsOf(apiGroups) is { } groupWords && WordsOf(resources) is { } resourceWords
            ? new Vocabulary(verbWords, groupWords, resourceWords)
            : null;

    /// <summary>This vocabulary with the names of more rules.</summary>
    public Vocabulary With(IEnumerable<PolicyRule> rules)
    {
        var (verbs, groups, resources) = this;
        foreach (var rule in rules)
        {
            AddAll(ref verbs, rule.Verbs);
            AddAll(ref groups, rule.ApiGroups);
            AddAll(ref resources, rule.Resources);
        }

        return new Vocabulary(verbs, groups, resources);
    }

    /// <summary>What a request asks for, in ids.</summary>
    public ActionIds Resolve(in RequestAttributes request)
    {
        var verb = Verbs.IdOf(request.Verb);
        var result = new ActionIds
        {
            VerbId = verb,
            VerbBit = BitOf(verb),
            ApiGroup = ApiGroups.IdOf(request.ApiGroup),
            Resource = Unknown,
            SubresourceOfAll = Unknown,
            Name = request.Name,
        };
        if (request.Subresource.Length == 0)
        {
            result.Resource = Resources.IdOf(request.Resource);
        }
        else
        {
            ResolveSubresource(request.Resource, request.Subresource, ref result);
        }

        return result;
    }

    public static ulong BitOf(int verb) => (uint)verb < VerbBits ? 1UL << verb : OtherVerb;

    private static NameTable<Word>? WordsOf(ReadOnlySpan<string> names)
    {
        var words = new WordsBuilder();
        words.AddAll(names);
        return words.Build() is var table && table.Count == names.Length && names[0] == RbacNames.All ? table : null;
    }

    private static void AddAll(ref NameTable<Word> table, ImmutableArray<string> names)
    {
        foreach (var name in names)
        {
            table = table.IdOf(name) < 0 ? table.Add(name, new Word(name)) : table;
        }
    }

    private void ResolveSubresource(string resource, string subresource, ref ActionIds result)
    {
        // One character before the resource, so that the `*` of `*/subresource` has room even when the resource is empty.
        var length = 1 + resource.Length + 1 + subresource.Length;
        var rented = length > CombinedOnStack ? ArrayPool<char>.Shared.Rent(length) : null;
        var text = rented is null ? stackalloc char[CombinedOnStack] : rented;
        resource.CopyTo(text[1..]);
        text[resource.Length + 1] = '/';
        subresource.CopyTo(text[(resource.Length + 2)..]);
        result.Resource = Resources.IdOf(text[1..length]);
        text[resource.Length] = '*';
        result.SubresourceOfAll = Resources.IdOf(text[resource.Length..length]);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private sealed class WordsBuilder
    {
        private readonly NameTable<Word>.Builder _ids = new();
        private readonly List<Word> _words = [];

        public WordsBuilder() => Add(RbacNames.All);

        public void AddAll(ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                Add(name);
            }
        }

        public NameTable<Word> Build() => _ids.Build(CollectionsMarshal.AsSpan(_words));

        private void Add(string name)
        {
            if (_ids.GetOrAdd(name) == _words.Count)
            {
                _words.Add(new Word(name));
            }
        }
    }
}

/// <summary>A name that rules mention, as the one object that all lists of it share. A struct, so that look-ups are compiled for it.</summary>
internal readonly record struct Word(string Text)
{
    /// <summary>True of a resource <c>*/subresource</c>.</summary>
    public bool IsSubresourceOfAll { get; } = Text.StartsWith("*/", StringComparison.Ordinal);
}

/// <summary>What a resource request asks for, in ids of a <see cref="Vocabulary"/>; -1 is what no rule mentions.</summary>
internal ref struct ActionIds
{
    public ulong VerbBit;
    public int VerbId;
    public int ApiGroup;

    /// <summary>The resource, with <c>/subresource</c> if there is one.</summary>
    public int Resource;

    /// <summary><c>*/subresource</c>, or -1 without a subresource.</summary>
    public int SubresourceOfAll;

    /// <summary>The object's name; only rules with names look at it, so it has no id.</summary>
    public ReadOnlySpan<char> Name;
}
