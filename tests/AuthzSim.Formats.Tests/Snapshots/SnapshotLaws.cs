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
        foreach (var read in (Action<Stream>[])[s => PolicySnapshot.ReadPolicySet(s), s => PolicySnapshot.ReadCompiled(s)])
        {
            try
            {
                read(new MemoryStream(bytes));
            }
            catch (PolicyFormatException e)
            {
                Assert.Equal(DiagnosticCodes.Snapshot, Assert.Single(e.Diagnostics).Code);
            }
        }
    }
}
