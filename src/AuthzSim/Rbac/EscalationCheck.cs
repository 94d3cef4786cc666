using System.Collections.Immutable;
using AuthzSim.Authorization;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>
/// May a user write a role or a binding, given what they hold themselves (upstream:
/// <c>pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased/storage.go</c>,
/// <c>pkg/registry/rbac/escalation_check.go</c>, <c>ConfirmNoEscalation</c> of <c>pkg/registry/rbac/validation/rule.go</c>)?
/// It comes after ordinary authorization and before validation.
/// </summary>
public sealed class EscalationCheck
{
    private const string AggregationRefused = "must have cluster-admin privileges to use the aggregationRule";

    private static readonly ImmutableArray<PolicyRule> _fullAuthority =
    [
        new() { Verbs = [RbacNames.All], ApiGroups = [RbacNames.All], Resources = [RbacNames.All] },
        new() { Verbs = [RbacNames.All], NonResourceUrls = [RbacNames.All] },
    ];

    private readonly IRbacStorage _stored;
    private readonly IAuthorizer _authorizer;

    /// <summary>Makes the check.</summary>
    /// <param name="policy">The stored objects: whose rules count as held, and where roles are looked up.</param>
    /// <param name="authorizer">The whole chain, asked for the verbs <c>escalate</c> and <c>bind</c>.</param>
    public EscalationCheck(PolicySet policy, IAuthorizer authorizer)
        : this(new PolicySetStorage(policy), authorizer)
    {
    }

    internal EscalationCheck(IRbacStorage stored, IAuthorizer authorizer)
    {
        ArgumentNullException.ThrowIfNull(authorizer);
        (_stored, _authorizer) = (stored, authorizer);
    }

    /// <summary>The refusal of a create, or null when the check lets it pass.</summary>
    /// <param name="user">Who writes.</param>
    /// <param name="newObject">The object, defaulted, its namespace that of the request.</param>
    public EscalationRefusal? CheckCreate(UserInfo user, RbacObject newObject) => Check(user, newObject, null, urlName: "");

    /// <summary>The refusal of an update, or null when the check lets it pass.</summary>
    /// <param name="user">Who writes.</param>
    /// <param name="newObject">The object, defaulted, its name and namespace those of the request.</param>
    /// <param name="oldObject">The stored object, or null when the update would create it.</param>
    public EscalationRefusal? CheckUpdate(UserInfo user, RbacObject newObject, RbacObject? oldObject)
    {
        ArgumentNullException.ThrowIfNull(newObject);
        return Check(user, newObject, oldObject, newObject.Metadata.Name);
    }

    private EscalationRefusal? Check(UserInfo user, RbacObject newObject, RbacObject? oldObject, string urlName)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(newObject);
        if (user.Groups.Contains(RbacNames.SystemMasters))
        {
            return null;
        }

        return newObject switch
        {
            RbacRole role => CheckRole(user, role, (RbacRole?)oldObject, urlName),
            RbacBinding binding => CheckBinding(user, binding, (RbacBinding?)oldObject),
            _ => throw new ArgumentException($"{newObject.Kind} is no RBAC kind.", nameof(newObject)),
        };
    }

    private EscalationRefusal? CheckRole(UserInfo user, RbacRole role, RbacRole? old, string urlName)
    {
        var @namespace = NamespaceOf(role);
        if (IsAuthorized(user, "escalate", RbacNames.Group, role.Resource, @namespace, urlName)
            || IsOnlyMutatingGarbageCollectorFields(role, old))
        {
            return null;
        }

        if (ConfirmNoEscalation(user, @namespace, role.Resource, role.Rules) is { } refusal)
        {
            return refusal;
        }

        return HasAggregationRule(role) || HasAggregationRule(old)
            ? ConfirmNoEscalation(user, @namespace, role.Resource, _fullAuthority) is { } lacking
                ? lacking with { Message = AggregationRefused }
                : null
            : null;
    }

    private EscalationRefusal? CheckBinding(UserInfo user, RbacBinding binding, RbacBinding? old)
    {
        var @namespace = NamespaceOf(binding);
        if (IsOnlyMutatingGarbageCollectorFields(binding, old) || IsBindingAuthorized(user, binding.RoleRef, @namespace))
        {
            return null;
        }

        return ResolutionRefusal(binding, binding.Resource)
            ?? ConfirmNoEscalation(user, @namespace, binding.Resource, RoleOf(binding)!.Rules);
    }

    private RbacRole? RoleOf(RbacBinding binding) => binding.RoleRef.Kind switch
    {
        RbacNames.RoleKind => (RbacRole?)_stored.Find(RbacNames.RoleKind, NamespaceOf(binding), binding.RoleRef.Name),
        RbacNames.ClusterRoleKind => (RbacRole?)_stored.Find(RbacNames.ClusterRoleKind, "", binding.RoleRef.Name),
        _ => null,
    };

    private bool IsBindingAuthorized(UserInfo user, RoleRef roleRef, string @namespace) => roleRef.Kind switch
    {
        RbacNames.ClusterRoleKind => IsAuthorized(user, "bind", roleRef.ApiGroup, "clusterroles", @namespace, roleRef.Name),
        RbacNames.RoleKind => IsAuthorized(user, "bind", roleRef.ApiGroup, "roles", @namespace, roleRef.Name),
        _ => false,
    };

    private bool IsAuthorized(UserInfo user, string verb, string apiGroup, string resource, string @namespace, string name) =>
        _authorizer.Authorize(RequestAttributes.ForResource(user, verb, resource, apiGroup, @namespace, name: name)).IsAllowed;

    /// <summary>Why the role of a binding cannot be had from storage, or null when it can.</summary>
    private EscalationRefusal? ResolutionRefusal(RbacBinding binding, string resource)
    {
        if (RoleOf(binding) is not null)
        {
            return null;
        }

        var (error, name) = (new RoleReferenceError(binding), binding.RoleRef.Name);
        if (error.IsUnsupportedKind)
        {
            return new EscalationRefusal(EscalationRefusalKind.UnsupportedRoleKind, error.ToString());
        }

        // The storage makes a key before it looks, and a key needs these (upstream: registry.NamespaceKeyFunc).
        if (binding.RoleRef.Kind == RbacNames.RoleKind && NamespaceOf(binding).Length == 0)
        {
            return new EscalationRefusal(EscalationRefusalKind.InvalidRoleReference, "Namespace parameter required.");
        }

        if (name.Length == 0)
        {
            return new EscalationRefusal(EscalationRefusalKind.InvalidRoleReference, "Name parameter required.");
        }

        var nameErrors = string.Join(';', NameErrors.OfPathSegment(name));
        return nameErrors.Length > 0
            ? new EscalationRefusal(
                EscalationRefusalKind.InvalidRoleReference, $"Name parameter invalid: {GoText.Quote(name)}: {nameErrors}")
            : new EscalationRefusal(EscalationRefusalKind.RoleNotFound, error.ToString(resource));
    }

    private EscalationRefusal? ConfirmNoEscalation(
        UserInfo user, string @namespace, string resource, ImmutableArray<PolicyRule> servantRules)
    {
        var ownerRules = ImmutableArray.CreateBuilder<PolicyRule>();
        List<string> errors = [];
        foreach (var binding in _stored.BindingsOf(user, @namespace))
        {
            if (RoleOf(binding) is { } role)
            {
                ownerRules.AddRange(role.Rules);
            }
            else
            {
                errors.Add(ResolutionRefusal(binding, resource)!.Message);
            }
        }

        var uncovered = PolicyComparator.Uncovered(ownerRules.DrainToImmutable(), servantRules);
        if (uncovered.IsEmpty)
        {
            return null;
        }

        var missing = PolicyCompactor.CompactRules(uncovered)
            .Select(rule => (Rule: rule, Text: PolicyCompactor.CompactString(rule)))
            .DistinctBy(m => m.Text, StringComparer.Ordinal)
            .OrderBy(m => m.Text, Comparer<string>.Create(GoText.CompareBytes))
            .ToList();
        var resolutionErrors = AggregateError.Join(errors) is { } aggregate ? $"; resolution errors: [{aggregate}]" : "";
        return new EscalationRefusal(
            EscalationRefusalKind.NotHeld,
            $"user {GoText.Quote(user.Name)} (groups={GoText.QuoteList(user.Groups.AsSpan())}) is attempting to grant RBAC "
            + $"permissions not currently held:\n{string.Join('\n', missing.Select(m => m.Text))}{resolutionErrors}")
        {
            MissingRules = [.. missing.Select(m => m.Rule)],
        };
    }

    /// <summary>
    /// Upstream's <c>IsOnlyMutatingGCFields</c>. A stored object always has a uid, a resourceVersion and a creationTimestamp,
    /// though one read from a manifest does not tell them; an object sent without them is therefore never the same.
    /// </summary>
    private static bool IsOnlyMutatingGarbageCollectorFields(RbacObject newObject, RbacObject? oldObject)
    {
        if (oldObject is null)
        {
            return false;
        }

        var (meta, old) = (newObject.Metadata, oldObject.Metadata);
        return MayBeTheStored(meta.Uid, old.Uid)
            && MayBeTheStored(meta.ResourceVersion, old.ResourceVersion)
            && MayBeTheStored(meta.CreationTimestamp, old.CreationTimestamp)
            && oldObject == newObject with
            {
                Metadata = meta with
                {
                    Uid = old.Uid,
                    ResourceVersion = old.ResourceVersion,
                    CreationTimestamp = old.CreationTimestamp,
                    OwnerReferences = old.OwnerReferences,
                    Finalizers = old.Finalizers,
                },
            };
    }

    private static bool MayBeTheStored(string value, string stored) => value.Length > 0 && (stored.Length == 0 || value == stored);

    private static bool HasAggregationRule(RbacRole? role) =>
        role is ClusterRole { AggregationRule.ClusterRoleSelectors.IsEmpty: false };

    private static string NamespaceOf(RbacObject @object) => @object.IsNamespaced ? @object.Metadata.Namespace : "";
}
