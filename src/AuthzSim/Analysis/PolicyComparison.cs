using AuthzSim.Rbac;

namespace AuthzSim.Analysis;

/// <summary>Who may be touched by what differs between two policies, and what those are granted on either side.</summary>
internal abstract class PolicyComparison
{
    private readonly Dictionary<SubjectIdentity, TouchedScopes> _touched = [];

    /// <summary>Whoever a changed binding, or a binding to a changed role, names; and where.</summary>
    public IReadOnlyDictionary<SubjectIdentity, TouchedScopes> Touched => _touched;

    /// <summary>What identities are granted in the scopes of interest, before and after.</summary>
    public abstract (Dictionary<SubjectIdentity, Grants> Before, Dictionary<SubjectIdentity, Grants> After) GrantsOf(
        IReadOnlyDictionary<SubjectIdentity, TouchedScopes> wanted);

    /// <summary>Adds a binding to the grants of those of its subjects that are wanted there; each once.</summary>
    protected static void Gather(
        RbacBinding binding,
        Func<RbacBinding, RbacRole?> roleOf,
        IReadOnlyDictionary<SubjectIdentity, TouchedScopes> wanted,
        Dictionary<SubjectIdentity, Grants> result)
    {
        HashSet<SubjectIdentity>? seen = null;
        foreach (var subject in binding.Subjects)
        {
            var identity = SubjectIdentity.Of(subject, binding);
            if (wanted.TryGetValue(identity, out var scopes) && scopes.Contains(binding)
                && (binding.Subjects.Length == 1 || (seen ??= []).Add(identity)) && roleOf(binding) is { } role)
            {
                if (!result.TryGetValue(identity, out var grants))
                {
                    result.Add(identity, grants = new Grants());
                }

                grants.Add(new Grant(binding, subject, role));
            }
        }
    }

    protected void Touch(RbacBinding binding)
    {
        // A role binding without a namespace grants nothing: no request is checked against it.
        if (binding.IsNamespaced && binding.Metadata.Namespace.Length == 0)
        {
            return;
        }

        foreach (var subject in binding.Subjects)
        {
            var identity = SubjectIdentity.Of(subject, binding);
            if (identity == SubjectIdentity.Nobody)
            {
                continue;
            }

            if (!_touched.TryGetValue(identity, out var scopes))
            {
                _touched.Add(identity, scopes = new TouchedScopes());
            }

            scopes.Add(binding);
        }
    }

    /// <summary>Bindings count by what they say: moving one changes nothing.</summary>
    protected void TouchChanged<T>(IEnumerable<T> before, IEnumerable<T> after)
        where T : RbacBinding
    {
        Dictionary<T, int> left = [];
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

        foreach (var (binding, _) in left.Where(l => l.Value > 0))
        {
            Touch(binding);
        }
    }
}
