using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>Who may be touched by what differs between two policies, and what those are granted on either side.</summary>
internal sealed class PolicyComparison
{
    private readonly Dictionary<SubjectIdentity, Grantee> _grantees = [];

    private PolicyComparison()
    {
    }

    /// <summary>Whoever a changed binding, or a binding to a changed role, names; and whoever was asked for.</summary>
    public IReadOnlyDictionary<SubjectIdentity, Grantee> Grantees => _grantees;

    public static PolicyComparison Of<TSide>(TSide before, TSide after)
        where TSide : PolicySide<TSide>
    {
        var comparison = new PolicyComparison();
        var (was, @is) = before.BindingsApart(after);
        comparison.TouchChanged(was, @is);
        comparison.Touch(before.BindingsToChangedRoles(after));
        comparison.Touch(after.BindingsToChangedRoles(before));
        return comparison;
    }

    /// <summary>The identity of that name, so that more may be asked of it.</summary>
    public Grantee GranteeOf(SubjectIdentity identity)
    {
        if (!_grantees.TryGetValue(identity, out var grantee))
        {
            _grantees.Add(identity, grantee = new Grantee(identity));
        }

        return grantee;
    }

    private void Touch(IEnumerable<RbacBinding> bindings)
    {
        foreach (var binding in bindings)
        {
            Touch(binding);
        }
    }

    private void Touch(RbacBinding binding)
    {
        // A role binding without a namespace grants nothing: no request is checked against it.
        if (binding.IsNamespaced && binding.Metadata.Namespace.Length == 0)
        {
            return;
        }

        foreach (var subject in binding.Subjects)
        {
            var identity = SubjectIdentity.Of(subject, binding);
            if (identity != SubjectIdentity.Nobody)
            {
                GranteeOf(identity).Touch(binding);
            }
        }
    }

    /// <summary>Bindings count by what they say: moving one changes nothing.</summary>
    private void TouchChanged(IEnumerable<RbacBinding> before, IEnumerable<RbacBinding> after)
    {
        Dictionary<RbacBinding, int> left = [];
        foreach (var binding in after)
        {
            left[binding] = left.GetValueOrDefault(binding) + 1;
        }

        foreach (var binding in before)
        {
            if (left.GetValueOrDefault(binding) is var count and > 0)
            {
                left[binding] = count - 1;
            }
            else
            {
                Touch(binding);
            }
        }

        Touch(left.Where(l => l.Value > 0).Select(l => l.Key));
    }
}
