using AuthzSim.Formats.Answers;
using FsCheck;

namespace AuthzSim.Formats.Tests.Answers;

/// <summary>Reports, for <c>[Property(Arbitrary = [typeof(DiffArbitraries)])]</c>.</summary>
public static class DiffArbitraries
{
    public static Arbitrary<DiffReport> Reports() => DiffReports.Any();
}
