using System.Collections.Immutable;

namespace AuthzSim.Generation;

/// <summary>How the roles and bindings of a fleet hang together.</summary>
public enum FleetShape
{
    /// <summary>Teams with namespaces: most bindings in a namespace, to its roles and to shared cluster roles.</summary>
    Teams,

    /// <summary>
    /// One cluster role binding for each user, ten users to a cluster role, nothing shared and no namespaces: the shape
    /// that policy engines publish figures for. An evaluator that walks bindings walks all of them on every request.
    /// </summary>
    Wide,
}

/// <summary>
/// The size and seed of a generated fleet. A null count is derived from <see cref="Bindings"/>. Equal options make the same
/// fleet on every machine.
/// </summary>
public sealed record FleetOptions
{
    /// <summary>How many role bindings and cluster role bindings there are together.</summary>
    public int Bindings { get; init; } = 10_000;

    /// <summary>Which of the fleets of this size; any number will do.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How the roles and bindings hang together.</summary>
    public FleetShape Shape { get; init; }

    /// <summary>How many users there are; null: a fifth of the bindings, or as many as bindings when wide.</summary>
    public int? Users { get; init; }

    /// <summary>How many namespaces there are; null: one for every 40 role bindings.</summary>
    public int? Namespaces { get; init; }

    /// <summary>How many of the bindings are cluster-wide; null: 5%, or all when wide.</summary>
    public int? ClusterRoleBindings { get; init; }

    /// <summary>How many roles there are; null: four a namespace, or none when wide.</summary>
    public int? Roles { get; init; }

    /// <summary>How many cluster roles there are; null: 52, or one for every ten bindings when wide.</summary>
    public int? ClusterRoles { get; init; }

    /// <summary>The names <see cref="Named"/> knows.</summary>
    public static ImmutableArray<string> Names { get; } = ["small", "mid", "big", "wide"];

    /// <summary>
    /// A named size: <c>small</c>, <c>mid</c> and <c>big</c> have the object counts of real clusters, <c>wide</c> is
    /// 100,000 users in 10,000 roles of 110,000 rules.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    public static FleetOptions Named(string name) => name switch
    {
        "small" => OfCounts(roleBindings: 1_504, clusterRoleBindings: 196, roles: 127, clusterRoles: 219),
        "mid" => OfCounts(roleBindings: 1_851, clusterRoleBindings: 171, roles: 525, clusterRoles: 191),
        "big" => OfCounts(roleBindings: 4_491, clusterRoleBindings: 676, roles: 1_374, clusterRoles: 721),
        "wide" => new() { Bindings = 100_000, Shape = FleetShape.Wide },
        _ => throw new ArgumentException(
            $"There is no fleet named \"{name}\"; the names are {string.Join(", ", Names)}.", nameof(name)),
    };

    private static FleetOptions OfCounts(int roleBindings, int clusterRoleBindings, int roles, int clusterRoles) => new()
    {
        Bindings = roleBindings + clusterRoleBindings,
        ClusterRoleBindings = clusterRoleBindings,
        Roles = roles,
        ClusterRoles = clusterRoles,
    };
}
