using System.Runtime.CompilerServices;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Compiled;

/// <summary>
/// RBAC decisions over an index: the answers, reasons and named bindings of <see cref="RbacAuthorizer"/>, in time that does
/// not follow the size of the policy. Immutable and safe to share between threads. Like the reference it takes aggregated
/// roles as they stand and leaves <c>system:masters</c> to <see cref="SystemMastersAuthorizer"/>.
/// </summary>
public sealed partial class CompiledPolicy : IRbacEvaluator
{
    private readonly PolicyTables _tables;
    private readonly Lazy<EditIndex> _edits;
    private readonly Lazy<int[]> _danglingClusterBindings;
    private readonly Lazy<SubjectCache> _subjects;

    internal CompiledPolicy(PolicyTables tables, EditIndex? edits = null)
    {
        _tables = tables;
        _edits = edits is null ? new Lazy<EditIndex>(() => EditIndex.Of(tables)) : new Lazy<EditIndex>(edits);
        _subjects = new Lazy<SubjectCache>(() => new SubjectCache(tables));
        _danglingClusterBindings = new Lazy<int[]>(() => [.. Enumerable.Range(0, tables.ClusterRoleBindings.Count).Where(IsDangling)]);

        bool IsDangling(int place) => tables.ClusterRoleBindings[place] is { IsRemoved: false } row && RoleOf(row) is null;
    }

    internal PolicyTables Tables => _tables;

    /// <summary>Compiles a policy. Of two roles of the same name the later counts, as in the reference.</summary>
    /// <param name="policy">The policy.</param>
    public static CompiledPolicy Compile(PolicySet policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new CompiledPolicy(PolicyTablesBuilder.Build(policy));
    }

    /// <summary>
    /// A policy with changes applied in order, in time that follows the changes; this one keeps answering as before.
    /// Aggregated roles are not recomputed: put their new rules too, as the controller would.
    /// </summary>
    /// <param name="changes">The changes.</param>
    public CompiledPolicy With(params ReadOnlySpan<PolicyChange> changes)
    {
        var editor = new PolicyTablesEditor(_tables, _edits.Value);
        foreach (var change in changes)
        {
            ArgumentNullException.ThrowIfNull(change, nameof(changes));
            editor.Apply(change);
        }

        // What is removed and who is named no more leave rows behind: a policy that is changed for ever is made anew now and then.
        var changed = new CompiledPolicy(editor.Tables, editor.Lookups);
        return editor.Tables.Arena.IsDueForRewrite() ? Compile(changed.ToPolicySet()) : changed;
    }

    /// <summary>The roles and bindings this policy was compiled from, in policy order; of several of one name the last.</summary>
    public PolicySet ToPolicySet()
    {
        var roles = Enumerable.Range(0, _tables.Roles.Count).Select(i => _tables.Roles[i].Role?.Record.ToRole(_tables)).ToList();
        return new PolicySet
        {
            ClusterRoles = [.. roles.OfType<ClusterRole>()],
            Roles = [.. roles.OfType<Role>()],
            ClusterRoleBindings =
            [
                .. Enumerable.Range(0, _tables.ClusterRoleBindings.Count).Where(i => !_tables.ClusterRoleBindings[i].IsRemoved)
                    .Select(i => RowMapping.ClusterRoleBindingAt(_tables, i)),
            ],
            RoleBindings =
            [
                .. Enumerable.Range(0, _tables.RoleBindings.Count).Where(i => !_tables.RoleBindings[i].IsRemoved)
                    .Select(i => RowMapping.RoleBindingAt(_tables, i)),
            ],
        };
    }

    /// <summary>The decision with its reason and what decided, as the reference gives it.</summary>
    /// <param name="attributes">The request.</param>
    public AuthorizationResult Authorize(in RequestAttributes attributes) => Explain(attributes, Check(attributes));

    /// <summary>The decision alone. Allocates nothing.</summary>
    /// <param name="attributes">The request.</param>
    public CheckResult Check(in RequestAttributes attributes) => RequestWalk.Check(_tables, attributes);

    /// <summary>
    /// The decisions on many requests, each as <see cref="Check(in RequestAttributes)"/> gives it; on all cores when there are
    /// thousands.
    /// </summary>
    /// <param name="requests">The requests.</param>
    /// <param name="results">Takes the decisions, in order.</param>
    /// <exception cref="ArgumentException">There is less room for decisions than there are requests.</exception>
    public void Check(ReadOnlySpan<RequestAttributes> requests, Span<CheckResult> results)
    {
        if (results.Length < requests.Length)
        {
            throw new ArgumentException("there must be room for every decision", nameof(results));
        }

        BulkCheck.Run(_tables, requests, results[..requests.Length]);
    }

    /// <summary>The reason and origin of a decision that <see cref="Check(in RequestAttributes)"/> gave for the same request.</summary>
    /// <param name="attributes">The request.</param>
    /// <param name="result">The decision on it by this very policy.</param>
    public AuthorizationResult Explain(in RequestAttributes attributes, CheckResult result)
    {
        if (!result.IsAllowed)
        {
            var error = AggregateError.Join(ErrorsFor(attributes.User, attributes.Namespace));
            return new AuthorizationResult(result.Decision, error is null ? "" : $"RBAC: {error}");
        }

        var subject = RowMapping.FirstSubjectOf(_tables, result.IsNamespaced, result.Binding, attributes.User)
            ?? throw new ArgumentException("the result is of another policy or request", nameof(result));
        return new AuthorizationResult(new CompiledOrigin(_tables, attributes, result, subject));
    }

    /// <summary>The bindings that apply to a user for requests in a namespace, with names, subjects and roles: those of the cluster first.</summary>
    internal IEnumerable<RbacBinding> BindingsOf(UserInfo user, string @namespace)
    {
        var (cluster, namespaced) = PostingsOf(user, @namespace);
        return cluster.Select(RbacBinding (p) => RowMapping.ClusterRoleBindingAt(_tables, p.Binding))
            .Concat(namespaced.Select(p => RowMapping.RoleBindingAt(_tables, p.Binding)));
    }

    internal static UrlMatcher UrlMatcherOf(PolicyTables tables, in RequestAttributes attributes) =>
        new(tables.Vocabulary.Verbs.IdOf(attributes.Verb), attributes.Path);

    /// <summary>The user's bindings that count in a namespace, each once, in policy order: cluster role bindings, then role bindings.</summary>
    private (SortedSet<Posting> Cluster, SortedSet<Posting> Namespaced) PostingsOf(UserInfo user, string @namespace, bool onlyDangling = false)
    {
        var (cluster, namespaced) = (new SortedSet<Posting>(Posting.Order), new SortedSet<Posting>(Posting.Order));
        var bindings = @namespace.Length == 0 ? default : _tables.Namespaces.PayloadOf(@namespace);
        Add(_tables.Users.Find(user.Name), isGroup: false);
        foreach (var group in user.Groups)
        {
            Add(_tables.Groups.Find(group), isGroup: true);
        }

        return (cluster, namespaced);

        void Add(in NameSlot<Posting[]> slot, bool isGroup)
        {
            if (!Unsafe.IsNullRef(in slot))
            {
                foreach (var posting in slot.Payload!)
                {
                    AddTo(cluster, posting);
                }

                foreach (var posting in bindings.PostingsOf(isGroup ? SubjectRow.OfGroup(slot.Id) : SubjectRow.OfUser(slot.Id)))
                {
                    AddTo(namespaced, posting);
                }
            }
        }

        void AddTo(SortedSet<Posting> postings, Posting posting)
        {
            if (!onlyDangling || _tables.Roles[posting.Role].Role is null)
            {
                postings.Add(posting);
            }
        }
    }

    private IEnumerable<string> ErrorsFor(UserInfo user, string @namespace)
    {
        var (cluster, namespaced) = PostingsOf(user, @namespace, onlyDangling: true);
        return cluster.Count + namespaced.Count == 0
            ? []
            : cluster.Select(p => ErrorOf(p, isNamespaced: false)).Concat(namespaced.Select(p => ErrorOf(p, isNamespaced: true)));
    }

    /// <summary>Why a binding whose role is missing grants nothing.</summary>
    private string ErrorOf(Posting posting, bool isNamespaced) =>
        new RoleReferenceError(RowMapping.BindingAt(_tables, isNamespaced, posting.Binding)).ToString();

    private CompiledRole? RoleOf(in BindingRow row) => _tables.Roles[_tables.RoleRefs[row.RoleRef].Role].Role;
}
