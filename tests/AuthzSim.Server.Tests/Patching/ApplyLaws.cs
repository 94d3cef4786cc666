using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthzSim.Server.Patching;
using FsCheck.Xunit;
using static AuthzSim.Server.Tests.Patching.PatchGiven;

namespace AuthzSim.Server.Tests.Patching;

/// <summary>What holds for server-side apply and for owners of fields, whatever the objects.</summary>
public sealed class ApplyLaws
{
    [Property]
    public void The_first_apply_makes_the_object_it_describes(int kind, int[] a)
    {
        var configuration = Object(Kind(kind), a);

        var applied = Applied(null, configuration, "ann");

        Same(configuration, Bare(applied));
        Assert.True(Entry(applied, "ann")?.Fields.SetEquals(Fields(configuration)) ?? Fields(configuration).IsEmpty);
    }

    [Property]
    public void Applied_twice_is_applied_once(int kind, int[] a, int[] b)
    {
        var created = Applied(null, Object(Kind(kind), a), "ann");
        var once = Applied(created, Object(Kind(kind), b), "bob", force: true, minutes: 1);

        Same(once, Applied(once, Object(Kind(kind), b), "bob", minutes: 2));
    }

    [Property]
    public void Managers_of_other_fields_never_conflict(int kind, int[] a, bool[] split)
    {
        var whole = Object(Kind(kind), a);
        var turn = 0;
        var (left, right) = (whole.DeepClone().AsObject(), whole.DeepClone().AsObject());
        Split(left, right, KindSchemas.Of(Kind(kind)), () => split.ElementAtOrDefault(turn++));

        var first = Applied(null, left, "ann");
        var both = Applied(first, right, "bob", minutes: 1);

        Assert.True(Fields(whole).SetEquals(Fields(Bare(both))));
        Same(Entry(first, "ann") is { } entry ? FieldsV1.Encode(entry.Fields) : null, Entry(both, "ann") is { } same ? FieldsV1.Encode(same.Fields) : null);
    }

    [Property]
    public void Force_always_succeeds_and_then_owns(int kind, int[] a, int[] b)
    {
        var created = Object(Kind(kind), a);
        ManagedFields.RecordUpdate(null, created, "ann", Now);
        var configuration = Object(Kind(kind), b);

        var forced = Applied(created, configuration, "bob", force: true, minutes: 1);

        Assert.True(Entry(forced, "bob")?.Fields.SetEquals(Fields(configuration)) ?? Fields(configuration).IsEmpty);
        foreach (var path in Entry(created, "ann")?.Fields.Intersect(Fields(configuration)) ?? [])
        {
            Assert.Equal(
                Entry(forced, "ann")?.Fields.Contains(path) ?? false,
                !new FieldComparison(created, configuration, KindSchemas.Of(Kind(kind))).Changed.Contains(path));
        }
    }

    [Property]
    public void Without_force_all_or_nothing(int kind, int[] a, int[] b)
    {
        var live = Applied(null, Object(Kind(kind), a), "ann");
        var configuration = Object(Kind(kind), b);
        var conflicts = Entry(live, "ann")?.Fields
            .Intersect(new FieldComparison(live, configuration, KindSchemas.Of(Kind(kind))).Changed) ?? [];

        var result = Apply(live, configuration, "bob");

        Assert.Equal(conflicts.IsEmpty, result.Failure is null);
        if (result.Failure is { } failure)
        {
            Assert.Equal(409, failure.Code);
            Assert.Equal(
                conflicts.Select(c => $"{c}").Order(StringComparer.Ordinal),
                failure.Details!.Causes.Select(c => c.Field).Order(StringComparer.Ordinal));
        }
    }

    [Property]
    public void What_is_left_out_goes_unless_another_has_it(int kind, int[] a, int[] b)
    {
        var first = Applied(null, Object(Kind(kind), a), "ann");
        var second = Applied(first, Object(Kind(kind), b), "bob", force: true, minutes: 1);
        var name = new JsonObject
        {
            ["apiVersion"] = Version(Kind(kind)),
            ["kind"] = Kind(kind),
            ["metadata"] = new JsonObject { ["name"] = "x" },
        };

        var left = Applied(second, name, "ann", minutes: 2);

        Same(Applied(null, Object(Kind(kind), b), "bob"), Resorted(left, Object(Kind(kind), b)));
        Assert.Null(Entry(left, "ann"));
        Same(name, Bare(Applied(left, name, "bob", minutes: 3)));
    }

    [Property]
    public void Whoever_changes_a_field_owns_it_and_no_other_does(int kind, int[] a, int[] b)
    {
        var (before, after) = (Applied(null, Object(Kind(kind), a), "ann"), Object(Kind(kind), b));
        var changes = new FieldComparison(Bare(before), after, KindSchemas.Of(Kind(kind)));

        ManagedFields.RecordUpdate(before, after, "bob", Now.AddMinutes(1));

        if (Entry(before, "ann") is not { } ann)
        {
            Assert.Null(after["metadata"]!["managedFields"]);
            return;
        }

        Assert.True((Entry(after, "bob")?.Fields ?? []).SetEquals(ManagedFields.Owned(changes.Changed)));
        Assert.True((Entry(after, "ann")?.Fields ?? []).SetEquals(ann.Fields.Except(changes.Changed).Except(changes.Removed)));
    }

    [Property]
    public void An_update_of_nothing_changes_nothing(int kind, int[] a)
    {
        var before = Applied(null, Object(Kind(kind), a), "ann");
        var after = before.DeepClone().AsObject();
        (after["metadata"] as JsonObject)!.Remove("managedFields");

        ManagedFields.RecordUpdate(before, after, "bob", Now.AddMinutes(1));

        Same(before, after);
    }

    [Property]
    public void Fields_are_read_as_they_were_written(int kind, int[] a)
    {
        var value = Object(Kind(kind), a);
        var fields = new FieldComparison([], value, KindSchemas.Of(Kind(kind))).Changed;

        Assert.True(FieldsV1.Decode(JsonNode.Parse(Json(FieldsV1.Encode(fields))))!.SetEquals(fields));
    }

    private static ImmutableHashSet<FieldPath> Fields(JsonObject value) =>
        ManagedFields.Owned(FieldSets.Of(value, KindSchemas.Of((string)value["kind"]!)));

    /// <summary>Takes every field out of one of the two.</summary>
    private static void Split(JsonObject left, JsonObject right, FieldSchema schema, Func<bool> isLeft)
    {
        foreach (var name in left.Select(f => f.Key).Where(k => k is not ("apiVersion" or "kind" or "name")).ToList())
        {
            if (schema.Fields.GetValueOrDefault(name) is { Shape: FieldShape.Struct or FieldShape.Map } inner)
            {
                Split(left[name]!.AsObject(), right[name]!.AsObject(), inner, isLeft);
                foreach (var side in new[] { left, right }.Where(s => s[name]!.AsObject().Count == 0))
                {
                    side.Remove(name);
                }
            }
            else
            {
                (isLeft() ? right : left).Remove(name);
            }
        }
    }

    /// <summary>With the order of lists and the time of managedFields that another has, where they hold the same.</summary>
    private static JsonObject Resorted(JsonObject value, JsonObject other)
    {
        var copy = value.DeepClone().AsObject();
        foreach (var (path, list) in new[] { "finalizers", "ownerReferences", "managedFields" }.Select(n => (n, copy["metadata"]![n] as JsonArray)))
        {
            foreach (var entry in path == "managedFields" ? list ?? [] : [])
            {
                entry!["time"] = "2026-01-02T03:04:05Z";
            }

            if (list is not null && other["metadata"]![path] is JsonArray order)
            {
                copy["metadata"]![path] = new JsonArray([.. list.OrderBy(i => order.ToList().FindIndex(o => JsonNode.DeepEquals(i, o))).Select(i => i!.DeepClone())]);
            }
        }

        if (copy["secrets"] is JsonArray secrets && other["secrets"] is JsonArray names)
        {
            copy["secrets"] = new JsonArray([.. secrets.OrderBy(i => names.ToList().FindIndex(o => JsonNode.DeepEquals(i, o))).Select(i => i!.DeepClone())]);
        }

        return copy;
    }
}
