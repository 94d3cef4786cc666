using AuthzSim.Rbac;
using AuthzSim.Text;

namespace AuthzSim.Analysis;

/// <summary>Resources of an <see cref="AccessRule"/>: every pair of one of the resources and one of the subresources.</summary>
/// <param name="Resources">Plural resources.</param>
/// <param name="Subresources">Subresources, <c>""</c> meaning the resource itself.</param>
public sealed record ResourceSelection(ValueSet Resources, ValueSet Subresources)
{
    /// <summary>True when the pair is in the set.</summary>
    /// <param name="resource">A resource.</param>
    /// <param name="subresource">A subresource, or <c>""</c>.</param>
    public bool Contains(string resource, string subresource) => Resources.Contains(resource) && Subresources.Contains(subresource);

    /// <summary>
    /// As in a rule: <c>pods</c>, <c>pods/log</c>, <c>*/scale</c> or <c>*</c>; and what no rule can say in its manner:
    /// <c>(* except pods)/scale</c>, <c>pods with all subresources</c>.
    /// </summary>
    public override string ToString() => string.Join(", ", Words(_ => false));

    /// <summary>Each pair as a word of its own as far as a side is finite.</summary>
    /// <param name="isSaid">True for a resource of which, without a subresource, nothing is to be said.</param>
    internal IEnumerable<string> Words(Func<string, bool> isSaid)
    {
        if (Subresources.IsAll)
        {
            return [Resources.IsAll ? RbacNames.All : $"{Part(Resources)} with all subresources"];
        }

        if (Resources.IsComplement)
        {
            return Subresources.IsComplement
                ? [$"{Part(Resources)}/{Part(Subresources)}"]
                : Subresources.Values.Select(s => s.Length > 0 ? $"{Part(Resources)}/{ValueSet.Quoted(s)}" : $"{Part(Resources)} without subresources");
        }

        return Subresources.IsComplement
            ? Resources.Values.Select(r => $"{Quoted(r)}/{Part(Subresources)}")
            : Subresources.Values.SelectMany(s => Resources.Values.Where(r => s.Length > 0 || !isSaid(r)).Select(r => Word(r, s)));
    }

    /// <summary>A resource; one with a slash in its own name, which no URL can ask for, is told from a subresource by quotes.</summary>
    private static string Quoted(string resource) =>
        resource.Contains('/', StringComparison.Ordinal) ? GoText.Quote(resource) : ValueSet.Quoted(resource);

    private static string Word(string resource, string subresource) =>
        subresource.Length > 0 ? $"{Quoted(resource)}/{ValueSet.Quoted(subresource)}" : Quoted(resource);

    private static string Part(ValueSet set) => set.IsComplement && !set.IsAll ? $"({set})" : set.ToString(Quoted);
}
