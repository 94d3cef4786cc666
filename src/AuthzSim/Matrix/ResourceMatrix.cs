using System.Collections.Immutable;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Matrix;

/// <summary>
/// Who may do what: for every subject and resource the verbs that are allowed, in one namespace or over all of them, exact in
/// what is allowed for any object and what only for some. Members of <c>system:masters</c> may everything. Immutable.
/// </summary>
public sealed class ResourceMatrix
{
    private readonly ImmutableArray<Layer> _layers;
    private readonly int[] _columns;

    private ResourceMatrix(
        ImmutableArray<MatrixSubject> subjects, ImmutableArray<MatrixResource> resources, string? @namespace, ImmutableArray<Layer> layers, int[] columns)
    {
        (Subjects, Resources, Namespace) = (subjects, resources, @namespace);
        (_layers, _columns) = (layers, columns);
    }

    /// <summary>The rows.</summary>
    public ImmutableArray<MatrixSubject> Subjects { get; }

    /// <summary>The columns.</summary>
    public ImmutableArray<MatrixResource> Resources { get; }

    /// <summary>The namespace asked about; null when the question is about the whole cluster.</summary>
    public string? Namespace { get; }

    /// <summary>How far a subject may use a verb on a resource.</summary>
    /// <param name="subject">The row.</param>
    /// <param name="resource">The column.</param>
    /// <param name="verb">The place of the verb among the column's.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row, column or verb.</exception>
    public AccessExtent this[int subject, int resource, int verb]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)subject, (uint)Subjects.Length, nameof(subject));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)resource, (uint)Resources.Length, nameof(resource));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)verb, (uint)Resources[resource].Verbs.Length, nameof(verb));
            if (Subjects[subject].User.Groups.Contains(RbacNames.SystemMasters))
            {
                return AccessExtent.Full;
            }

            var column = _columns[resource] + verb;
            foreach (var layer in _layers)
            {
                if (Resources[resource].IsNamespaced ? layer.Namespaced[subject, column] : layer.ClusterScoped[subject, column])
                {
                    return layer.Extent;
                }
            }

            return AccessExtent.None;
        }
    }

    /// <summary>The verbs of a column that a subject may use to exactly this extent.</summary>
    /// <param name="subject">The row.</param>
    /// <param name="resource">The column.</param>
    /// <param name="extent">The extent.</param>
    public IEnumerable<string> Verbs(int subject, int resource, AccessExtent extent)
    {
        for (var i = 0; i < Resources[resource].Verbs.Length; i++)
        {
            if (this[subject, resource, i] == extent)
            {
                yield return Resources[resource].Verbs[i];
            }
        }
    }

    /// <summary>Fills a matrix, in time that follows its cells and one look at the policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="subjects">The rows.</param>
    /// <param name="resources">The columns.</param>
    /// <param name="namespace">
    /// The namespace asked about. Null asks about the whole cluster: what is allowed everywhere, what in some namespaces.
    /// </param>
    public static ResourceMatrix Compute(
        PolicySet policy, ImmutableArray<MatrixSubject> subjects, ImmutableArray<MatrixResource> resources, string? @namespace)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var asked = @namespace ?? MergedPolicy.Namespace;
        var basis = @namespace is null ? MergedPolicy.OfAllNamespaces(policy) : policy;
        var exact = CompiledPolicy.Compile(basis);
        var someName = CompiledPolicy.Compile(MergedPolicy.WithoutNames(basis));

        var columns = new int[resources.Length];
        List<(MatrixResource Resource, string Verb)> namespaced = [];
        List<(MatrixResource Resource, string Verb)> clusterScoped = [];
        for (var i = 0; i < resources.Length; i++)
        {
            var list = resources[i].IsNamespaced ? namespaced : clusterScoped;
            columns[i] = list.Count;
            list.AddRange(resources[i].Verbs.Select(v => (resources[i], v)));
        }

        ImmutableArray<UserInfo> users = [.. subjects.Select(s => s.User)];
        var atCluster = Of(exact, clusterScoped, "");
        var inNamespace = Of(exact, namespaced, asked);
        ImmutableArray<Layer> layers =
        [
            .. @namespace is null
                ? [new Layer(AccessExtent.Full, Of(exact, namespaced, ""), atCluster), new Layer(AccessExtent.SomeNamespaces, inNamespace, atCluster)]
                : new[] { new Layer(AccessExtent.Full, inNamespace, atCluster) },
            new Layer(AccessExtent.NamedObjects, Of(someName, namespaced, asked), Of(someName, clusterScoped, "")),
        ];
        return new ResourceMatrix(subjects, resources, @namespace, layers, columns);

        AccessMatrix Of(CompiledPolicy compiled, List<(MatrixResource Resource, string Verb)> cells, string at) =>
            AccessMatrix.Compute(compiled, users, [.. cells.Select(c => c.Resource.Ask(c.Verb, at))]);
    }

    /// <summary>What is allowed to one extent, unless to a greater one.</summary>
    private sealed record Layer(AccessExtent Extent, AccessMatrix Namespaced, AccessMatrix ClusterScoped);
}
