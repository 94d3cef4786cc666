using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>Which fields of an object are written, and in which order.</summary>
internal static class ManifestFields
{
    public static void WriteObject(IFieldWriter fields, RbacObject @object)
    {
        fields.Text("apiVersion", ManifestKinds.Version);
        fields.Text("kind", @object.Kind);
        fields.Object("metadata", f => WriteMetadata(f, @object.Metadata));
        switch (@object)
        {
            case RbacRole role:
                if (role is ClusterRole { AggregationRule: { } aggregation })
                {
                    fields.Object("aggregationRule", f => f.Objects("clusterRoleSelectors", aggregation.ClusterRoleSelectors, WriteSelector));
                }

                fields.Objects("rules", role.Rules, WriteRule);
                break;
            case RbacBinding binding:
                fields.Object("roleRef", f => WriteRoleRef(f, binding.RoleRef));
                if (binding.Subjects.Length > 0)
                {
                    fields.Objects("subjects", binding.Subjects, WriteSubject);
                }

                break;
        }
    }

    public static void WriteRule(IFieldWriter fields, PolicyRule rule)
    {
        TextsIfAny(fields, "apiGroups", rule.ApiGroups);
        TextsIfAny(fields, "nonResourceURLs", rule.NonResourceUrls);
        TextsIfAny(fields, "resourceNames", rule.ResourceNames);
        TextsIfAny(fields, "resources", rule.Resources);
        fields.Texts("verbs", rule.Verbs);
    }

    private static void WriteMetadata(IFieldWriter fields, ObjectMeta metadata)
    {
        MapIfAny(fields, "annotations", metadata.Annotations);
        TextsIfAny(fields, "finalizers", metadata.Finalizers);
        TextIfAny(fields, "generateName", metadata.GenerateName);
        MapIfAny(fields, "labels", metadata.Labels);
        TextIfAny(fields, "name", metadata.Name);
        TextIfAny(fields, "namespace", metadata.Namespace);
        TextIfAny(fields, "resourceVersion", metadata.ResourceVersion);
        TextIfAny(fields, "uid", metadata.Uid);
    }

    private static void WriteRoleRef(IFieldWriter fields, RoleRef roleRef)
    {
        fields.Text("apiGroup", roleRef.ApiGroup);
        fields.Text("kind", roleRef.Kind);
        fields.Text("name", roleRef.Name);
    }

    private static void WriteSubject(IFieldWriter fields, Subject subject)
    {
        TextIfAny(fields, "apiGroup", subject.ApiGroup);
        fields.Text("kind", subject.Kind);
        fields.Text("name", subject.Name);
        TextIfAny(fields, "namespace", subject.Namespace);
    }

    private static void WriteSelector(IFieldWriter fields, LabelSelector selector)
    {
        if (selector.MatchExpressions.Length > 0)
        {
            fields.Objects("matchExpressions", selector.MatchExpressions, WriteRequirement);
        }

        MapIfAny(fields, "matchLabels", selector.MatchLabels);
    }

    private static void WriteRequirement(IFieldWriter fields, LabelSelectorRequirement requirement)
    {
        fields.Text("key", requirement.Key);
        fields.Text("operator", requirement.Operator);
        TextsIfAny(fields, "values", requirement.Values);
    }

    private static void TextIfAny(IFieldWriter fields, string name, string value)
    {
        if (value.Length > 0)
        {
            fields.Text(name, value);
        }
    }

    private static void TextsIfAny(IFieldWriter fields, string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            fields.Texts(name, values);
        }
    }

    private static void MapIfAny(IFieldWriter fields, string name, ImmutableSortedDictionary<string, string> entries)
    {
        if (entries.Count > 0)
        {
            fields.Map(name, entries);
        }
    }
}
