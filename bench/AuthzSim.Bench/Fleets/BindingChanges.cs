using AuthzSim.Rbac;

namespace AuthzSim.Bench.Fleets;

/// <summary>Changes of one binding each, all over the policy: added, given another subject, removed.</summary>
internal static class BindingChanges
{
    private const int Count = 1000;

    public static PolicyChange[] Of(PolicySet policy) =>
        [.. Enumerable.Range(0, Count).Select(i => At(i, policy.RoleBindings[(int)((long)i * policy.RoleBindings.Length / Count)]))];

    private static PolicyChange At(int i, RoleBinding binding) => (i % 3) switch
    {
        0 => PolicyChange.Put(binding with { Metadata = binding.Metadata with { Name = $"added-{i}" } }),
        1 => PolicyChange.Put(binding with { Subjects = binding.Subjects.Add(Subject.User($"joiner{i}")) }),
        _ => PolicyChange.Delete(binding.Kind, binding.Metadata.Namespace, binding.Metadata.Name),
    };
}
