interface TagFilter<Tag> {
  readonly Tag?: Tag | undefined;
  readonly And?: { readonly Tags?: readonly Tag[] | undefined } | undefined;
}

/** The tags that a rule's filter wants, one by itself or several together. */
export const tagsIn = <Tag>({ Tag, And }: TagFilter<Tag> = {}): readonly Tag[] => [
  ...(Tag ? [Tag] : []),
  ...(And?.Tags ?? []),
];
