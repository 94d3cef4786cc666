using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AuthzSim.AccessReviews;
using AuthzSim.Formats.Reviews;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Tests.Reviews;

public sealed class AccessReviewReaderTests
{
    private static readonly AccessReviewSpec _full = new()
    {
        ResourceAttributes = new ResourceAttributes
        {
            Namespace = "ns",
            Verb = "list",
            Group = "apps",
            Version = "v1",
            Resource = "deployments",
            Subresource = "scale",
            Name = "web",
            FieldSelector = new SelectorAttributes { RawSelector = "a=b" },
            LabelSelector = new SelectorAttributes
            {
                Requirements = [new SelectorRequirement { Key = "k", Operator = "In", Values = ["v", "w"] }, new SelectorRequirement { Key = "e", Operator = "Exists" }],
            },
        },
        NonResourceAttributes = new NonResourceAttributes("/x", "get"),
        User = new UserInfo
        {
            Name = "ann",
            Uid = "7",
            Groups = ["g", "g", ""],
            Extra = UserInfo.NoExtra.Add("k", ["1", "2"]).Add("none", ImmutableArray<string>.Empty),
        },
    };

    [Fact]
    public void What_is_written_reads_back()
    {
        var review = new AccessReview { Spec = _full };
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            AccessReviewWriter.WriteReview(json, review, new AccessReviewStatus(false, true, "r", "e"));
        }

        Assert.EndsWith("\"status\":{\"allowed\":false,\"denied\":true,\"reason\":\"r\",\"evaluationError\":\"e\"}}", Encoding.UTF8.GetString(buffer.WrittenSpan), StringComparison.Ordinal);
        var read = new AccessReviewReader().Read(buffer.WrittenMemory);
        Assert.Equal((review, true, "SubjectAccessReview", "authorization.k8s.io/v1"), (read.Review, read.IsObject, read.Kind, read.ApiVersion));
        Assert.Empty(read.StrictErrors);
    }

    [Fact]
    public void A_spec_alone_is_a_review_of_any_subject()
    {
        var read = Read("""{"user":"ann","groups":["g"],"nonResourceAttributes":{"verb":"get","path":"/x"}}""");
        Assert.False(read.IsObject);
        Assert.Equal(
            new AccessReview { Spec = new() { User = UserInfo.Of("ann", "g"), NonResourceAttributes = new("/x", "get") } }, read.Review);
    }

    [Fact]
    public void Null_is_the_same_as_absent() => Assert.Equal(
        new AccessReview(),
        Read("""{"spec":{"user":null,"groups":null,"extra":null,"resourceAttributes":null,"uid":null},"metadata":null,"kind":null}""").Review);

    [Fact]
    public void Fields_beside_the_spec_of_an_object_are_not_part_of_it()
    {
        var read = Read("""{"kind":"SubjectAccessReview","user":"eve","spec":{"user":"ann","x":{"y":1},"resourceAttributes":{"verbs":"get"}}}""");
        Assert.Equal("ann", read.Review!.Spec.User.Name);
        Assert.Equal(["unknown field \"spec.x\"", "unknown field \"spec.resourceAttributes.verbs\"", "unknown field \"user\""], read.StrictErrors.Select(e => e.ToString()));
    }

    [Fact]
    public void Nothing_of_a_line_is_left_in_the_next()
    {
        var reader = new AccessReviewReader();
        Assert.Throws<PolicyFormatException>(() => reader.Read("""{"spec":{"resourceAttributes":{"verb":1,"x":2"""u8.ToArray()));
        Assert.Throws<PolicyFormatException>(() => reader.Read("""{"spec":{"groups":[1]}}"""u8.ToArray()));
        var read = reader.Read("""{"user":"a"}"""u8.ToArray());
        Assert.Empty(read.StrictErrors);
        Assert.Equal(UserInfo.Of("a"), read.Review!.Spec.User);
    }

    private static DecodedReview Read(string json) => new AccessReviewReader().Read(Encoding.UTF8.GetBytes(json));
}
