namespace AuthzSim.Compiled;

/// <summary>The names in the bindings of a policy that is being built.</summary>
/// <param name="users">About how many users there will be, if known.</param>
internal sealed class BindingNames(int users = 0)
{
    public NameTable<Posting[]>.Builder Users { get; } = new(users);

    public NameTable<Posting[]>.Builder Groups { get; } = new();

    /// <summary>Names of subjects that no user can match.</summary>
    public NameTable<byte>.Builder Nobodies { get; } = new();

    /// <summary>Namespaces of role bindings.</summary>
    public NameTable<NamespaceBindings>.Builder Namespaces { get; } = new();
}
