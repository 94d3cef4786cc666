using System.Runtime.InteropServices;
using AuthzSim.Compiled;
using AuthzSim.Rbac;
using AuthzSim.Tests.Compiled;
using AuthzSim.Tests.Laws;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Snapshots;

/// <summary>What goes into a snapshot comes out of it, or nothing does.</summary>
public sealed class SnapshotLaws
{
    private const int HeaderBytes = 52;

    [Property(MaxTest = 500, Arbitrary = [typeof(SnapshotPolicies)])]
    public void A_policy_comes_back_as_it_was(PolicySet policy) =>
        SnapshotPolicies.AssertSame(policy, PolicySnapshot.ReadPolicySet(new MemoryStream(Written(policy))));

    [Property(MaxTest = 500, Arbitrary = [typeof(SnapshotPolicies)])]
    public void A_compiled_snapshot_holds_what_compiling_the_objects_gives(PolicySet policy)
    {
        var (expected, actual) = (CompiledPolicy.Compile(policy).ToPolicySet(), PolicySnapshot.ReadCompiled(new MemoryStream(Written(policy))).ToPolicySet());
        Assert.Equal(expected.Objects, actual.Objects);
        Assert.Equal(expected.Objects.Select(o => o.Location), actual.Objects.Select(o => o.Location));
    }

    [Property(MaxTest = 1_000, Arbitrary = [typeof(PolicyArbitraries)])]
    public void A_compiled_snapshot_answers_as_the_reference_does(Questions questions)
    {
        var compiled = PolicySnapshot.ReadCompiled(new MemoryStream(Written(questions.Policy)));
        Agreement.OnDecisions(questions.Policy, compiled, questions.Requests);
        Agreement.OnOtherQuestions(questions.Policy, compiled, questions.Requests);
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(PolicyArbitraries)])]
    public void A_compiled_snapshot_changes_as_any_policy_does(Questions questions, RbacBinding binding)
    {
        var compiled = PolicySnapshot.ReadCompiled(new MemoryStream(Written(questions.Policy))).With(PolicyChange.Put(binding));
        var model = PolicyModel.Apply(PolicyModel.WithoutHiddenRoles(questions.Policy), PolicyChange.Put(binding));
        Agreement.OnDecisions(model, compiled, questions.Requests);
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(SnapshotPolicies)])]
    public void Equal_policies_give_equal_bytes(PolicySet policy)
    {
        var bytes = Written(policy);
        Assert.Equal(bytes, Written(policy));
        Assert.Equal(bytes, Written(PolicySnapshot.ReadPolicySet(new MemoryStream(bytes))));
    }

    [Fact]
    public void Every_corruption_of_a_byte_is_refused()
    {
        var bytes = Written(SnapshotPolicies.Any.Sample(1, size: 30).Single());
        Assert.InRange(bytes.Length, HeaderBytes + 1, 20_000);
        foreach (var flip in (byte[])[0x01, 0x80, 0xFF])
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                var damaged = (byte[])bytes.Clone();
                damaged[i] ^= flip;

                // The Kubernetes version and everything else is under the checksum, so that no byte is free.
                AssertRefused(damaged);
            }
        }
    }

    [Fact]
    public void Every_truncation_and_every_addition_is_refused()
    {
        var bytes = Written(SnapshotPolicies.Any.Sample(1, size: 30).Single());
        for (var length = 0; length < bytes.Length; length++)
        {
            AssertRefused(bytes[..length]);
        }

        AssertRefused([.. bytes, 0]);
    }

    [Property(MaxTest = 2_000)]
    public void Tables_that_were_tampered_with_under_a_right_checksum_are_read_or_refused(byte[] noise, uint seed)
    {
        var bytes = Written(DefaultPolicy.Kubernetes136 with { Roles = [.. DefaultPolicy.Kubernetes136.Roles.Take(3)] });
        var payload = bytes[HeaderBytes..];
        foreach (var value in noise.Length == 0 ? [(byte)seed] : noise)
        {
            seed = unchecked((seed * 1_664_525) + 1_013_904_223);
            payload[(int)(seed % (uint)payload.Length)] = value;
        }

        AssertReadOrRefused(Framed(payload));
    }

    [Property(MaxTest = 3_000, Arbitrary = [typeof(PolicyArbitraries)])]
    public void Tampering_anywhere_is_refused_or_makes_another_policy_that_answers_as_its_objects_do(Questions questions, uint seed, bool inRecords)
    {
        var payload = Written(questions.Policy)[HeaderBytes..];
        var (start, length) = inRecords ? RecordsIn(payload) : (0, payload.Length);
        for (var left = 1 + (seed % 3); left > 0 && length > 0; left--)
        {
            seed = unchecked((seed * 1_664_525) + 1_013_904_223);
            payload[start + (int)((seed >> 8) % (uint)length)] = (byte)(seed >> 24) is var value && (seed & 64) == 0 ? value : (byte)(value & 7);
        }

        if (ReadOrRefused(Framed(payload), PolicySnapshot.ReadPolicySet) is { } policy
            && ReadOrRefused(Framed(payload), PolicySnapshot.ReadCompiled) is { } compiled)
        {
            // As compiled: what no server takes, such as the namespace of a cluster role binding, is not kept.
            var expected = CompiledPolicy.Compile(policy).ToPolicySet();
            Assert.Equal(expected.Objects, compiled.ToPolicySet().Objects);
            Agreement.OnDecisions(expected, compiled, questions.Requests);
            Agreement.OnOtherQuestions(expected, compiled, questions.Requests);
        }
    }

    [Fact]
    public void Records_of_any_length_come_back_and_change_wherever_they_lie()
    {
        var policy = new PolicySet
        {
            RoleBindings =
            [
                .. Enumerable.Range(0, 400).Select(i => BindingOf($"b{i}-{new string('x', i == 100 ? 200_000 : i * 37 % 1_200)}", i == 200 ? 60_000 : i % 5)),
            ],
            ClusterRoleBindings = [new ClusterRoleBinding { Metadata = new ObjectMeta { Name = new string('y', 65_530) }, RoleRef = RoleRef.ClusterRole("r") }],
        };
        var compiled = PolicySnapshot.ReadCompiled(new MemoryStream(Written(policy)));
        Assert.Equal(policy.Objects, compiled.ToPolicySet().Objects);
        Assert.Equal(policy.Objects, PolicySnapshot.ReadPolicySet(new MemoryStream(Written(policy))).Objects);

        var changed = policy with { RoleBindings = policy.RoleBindings.SetItem(100, BindingOf(policy.RoleBindings[100].Metadata.Name, 70_000)) };
        Assert.Equal(changed.Objects, compiled.With(PolicyChange.Put(changed.RoleBindings[100])).ToPolicySet().Objects);
        Assert.Equal(policy.Objects, compiled.ToPolicySet().Objects);

        static RoleBinding BindingOf(string name, int subjects) => new()
        {
            Metadata = new ObjectMeta { Name = name, Namespace = "ns" },
            RoleRef = RoleRef.Role("r"),
            Subjects = [.. Enumerable.Range(0, subjects).Select(i => Subject.User($"u{i % 1_000}"))],
        };
    }

    [Property(MaxTest = 2_000)]
    public void Random_bytes_are_refused(byte[] bytes)
    {
        AssertRefused(bytes);
        AssertRefused(Framed(bytes));
    }

    [Fact]
    public void A_length_that_does_not_come_is_not_allocated()
    {
        var bytes = Written(PolicySet.Empty);
        bytes.AsSpan(28, 4).Fill(0x7F);
        bytes.AsSpan(32, 4).Clear();
        AssertRefused(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_later_format_is_refused_with_its_number()
    {
        var bytes = Written(PolicySet.Empty);
        bytes[8]++;
        var problem = Assert.Single(AssertRefused(bytes).Diagnostics);
        Assert.Equal("the snapshot has format 3, which a later version wrote; this one reads format 2", problem.Message);
    }

    private static byte[] Written(PolicySet policy)
    {
        using var stream = new MemoryStream();
        PolicySnapshot.Write(policy, stream);
        return stream.ToArray();
    }

    private static byte[] Framed(byte[] payload)
    {
        using var stream = new MemoryStream();
        Formats.Snapshots.SnapshotFrame.Write(payload, stream);
        return stream.ToArray();
    }

    private static PolicyFormatException AssertRefused(byte[] bytes)
    {
        var refusal = Assert.Throws<PolicyFormatException>(() => PolicySnapshot.Open(new MemoryStream(bytes)));
        Assert.Equal(DiagnosticCodes.Snapshot, Assert.Single(refusal.Diagnostics).Code);
        return refusal;
    }

    private static void AssertReadOrRefused(byte[] bytes)
    {
        ReadOrRefused(bytes, PolicySnapshot.ReadPolicySet);
        ReadOrRefused(bytes, PolicySnapshot.ReadCompiled);
    }

    private static T? ReadOrRefused<T>(byte[] bytes, Func<Stream, T> read)
        where T : class
    {
        try
        {
            return read(new MemoryStream(bytes));
        }
        catch (PolicyFormatException e)
        {
            Assert.Equal(DiagnosticCodes.Snapshot, Assert.Single(e.Diagnostics).Code);
            return null;
        }
    }

    /// <summary>Where the records of roles, or of bindings if these are more, are in a payload.</summary>
    private static (int Start, int Length) RecordsIn(byte[] payload)
    {
        var content = new Formats.Snapshots.SnapshotContent(payload);
        var records = content.BindingRecords.Length > content.RoleRecords.Length ? content.BindingRecords : content.RoleRecords;
        return MemoryMarshal.TryGetArray(records, out var segment) ? (segment.Offset, segment.Count) : (0, 0);
    }
}
