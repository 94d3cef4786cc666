using AuthzSim.Formats.Json;

namespace AuthzSim.Formats.Manifests;

/// <summary>What a walk does about fields that do not fit.</summary>
internal abstract class DecodingProblems
{
    /// <summary>True where null is the same as absent, as in a request to the API server.</summary>
    public virtual bool NullIsAbsent => false;

    /// <summary>The reader stands on the name of a field the table does not have.</summary>
    public abstract void UnknownField(in FieldReader reader, FieldPath parent, FieldTable table);

    /// <summary>The reader stands on a name that was there before; the path ends in it.</summary>
    public abstract void DuplicateField(in FieldReader reader, FieldPath path);

    /// <summary>The reader stands on a value of another type.</summary>
    public abstract void WrongType(in FieldReader reader, FieldPath path, ExpectedType expected);
}

/// <summary>The types fields have.</summary>
internal enum ExpectedType
{
    Text,
    TextList,
    TextMap,
    ObjectList,
    Object,
    Boolean,
}
