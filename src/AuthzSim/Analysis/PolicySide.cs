using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>One of two policies that are compared, in one of the forms that a policy has.</summary>
/// <typeparam name="TSelf">The form, which both sides have.</typeparam>
internal abstract class PolicySide<TSelf> : IBindingSource
    where TSelf : PolicySide<TSelf>
{
    /// <summary>The bindings of either side that the other may not have; of the rest both have the same.</summary>
    public abstract (IEnumerable<RbacBinding> Own, IEnumerable<RbacBinding> Theirs) BindingsApart(TSelf other);

    /// <summary>The bindings of this side to roles that allow something else on the other, however they are written.</summary>
    public abstract IEnumerable<RbacBinding> BindingsToChangedRoles(TSelf other);

    /// <summary>Finds what identities are granted where it is wanted: each binding once, in policy order.</summary>
    /// <param name="wanted">The identities.</param>
    /// <param name="grantsOf">Where to put the grants of each.</param>
    public abstract void Gather(IReadOnlyDictionary<SubjectIdentity, Grantee> wanted, Func<Grantee, List<Grant>> grantsOf);

    public abstract RbacBinding BindingAt(BindingPlace place);

    /// <summary>Adds a grant unless the binding has just been added, because it names the identity twice.</summary>
    protected static void Add(List<Grant> grants, Grant grant)
    {
        if (grants.Count == 0 || grants[^1].Binding != grant.Binding)
        {
            grants.Add(grant);
        }
    }
}
